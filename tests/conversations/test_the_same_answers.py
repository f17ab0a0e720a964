"""Going back and giving the same answers gives the same summary, whatever was said in between."""

import pytest
from hypothesis import given, settings, strategies as st

from handlers.core.values import ChannelKind
from tests.conversations import laws
from tests.conversations.length import CONVERSATIONS, PATIENCE, QUIETLY
from tests.conversations.policy import MOST, Policy, to_the_end
from tests.conversations.starts import Starts

pytestmark = PATIENCE
OTHERS = 1000
"""Seeds from here on are those of other answers."""
detours = st.tuples(st.integers(1, 22), st.integers(0, 8), st.integers(0, 8))
"""After how many answers, how often Back, then how many other answers."""


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """The starts, and what those who went straight on were told at the end, by seed."""
    with Starts(tmp_path_factory.mktemp("same")) as starts:
        yield starts, {}


@settings(QUIETLY, max_examples=max(2, CONVERSATIONS // 6))
@given(st.integers(0, 5), st.lists(detours, min_size=1, max_size=3), st.integers(0, 99))
def test_going_back_and_giving_the_same_answers_gives_the_same_summary(straight, seed, ways, other):
    starts, known = straight
    if seed not in known:
        with starts.at("consented", ChannelKind.WEB) as house:
            known[seed] = told(house, seed)
    with starts.at("consented", ChannelKind.WEB) as house:
        for way in ways:
            wander(house, Policy(house, seed), Policy(house, OTHERS + other), *way)
            mend(Policy(house, seed), known[seed][0])
        assert told(house, seed, known[seed][0]) == known[seed]
        laws.books_agree(house)


def told(house, seed, wanted=()):
    """Go on to the end of the first part; return the summary and what staff see."""
    policy = to_the_end(house, seed)
    mend(policy, wanted)
    return policy.lines(), house.past.ledger.screened


def wander(house, policy, other, after, backs, answers):
    """Answer some questions, go back some, and answer differently."""
    for _ in range(after):
        policy.goes_on()
    for _ in range(backs):
        policy.back()
    for _ in range(answers):
        other.goes_on()


def mend(policy, wanted):
    """Give the same answers again, the first that differs first."""
    for _ in range(MOST):
        if not policy.mends(wanted):
            return
    raise AssertionError("an answer that cannot be given again")
