"""Whatever is said, in whatever order: each conversation ends or waits, and no answer is lost."""

from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from handlers.core.values import ChannelKind
from tests.conversations import laws
from tests.conversations.length import CONVERSATIONS, IS_LONG, PATIENCE, QUIETLY
from tests.conversations.policy import to_the_end
from tests.conversations.said import WAITS, actions, happening, picked
from tests.conversations.starts import ALL, ONE, PEOPLE, STARTS, Starts

pytestmark = PATIENCE
AT_ONCE = timedelta(milliseconds=300)
places = st.sampled_from((*STARTS, *(ALL if IS_LONG else ())))


@pytest.fixture(scope="module")
def starts(tmp_path_factory):
    with Starts(tmp_path_factory.mktemp("conversations")) as starts:
        yield starts


@settings(QUIETLY, max_examples=CONVERSATIONS)
@given(places, st.lists(actions, min_size=5, max_size=60))
def test_whatever_is_said_each_conversation_ends_or_waits_and_no_answer_is_lost(starts, place, drawn):
    with starts.at(*place) as house:
        for action in drawn:
            live(house, *action)
        laws.books_agree(house)


@settings(QUIETLY, max_examples=max(1, CONVERSATIONS // 12))
@given(st.lists(actions, min_size=5, max_size=20), st.integers(0, 9))
def test_from_wherever_a_conversation_has_come_to_there_is_a_way_to_its_end(starts, drawn, seed):
    with starts.at("consented", ChannelKind.WEB) as house:
        for action in drawn:
            live(house, *action)
        to_the_end(house, seed)
        laws.books_agree(house)


def live(house, kind, who, number, more):
    """Let one thing happen and check what must hold after it."""
    if kind == "wait":
        wait(house, picked(WAITS, number), delivers=more % 3 > 0)
    elif kind == "again":
        again(house)
    elif (what := happening(house, kind, PEOPLE[who], number, more)) is not None:
        laws.hold(house, house.take(PEOPLE[who], what))
        if kind == "twice":
            twice(house, PEOPLE[who], what)


def wait(house, span, *, delivers):
    """Let time pass, or the clock jump back; whatever is due happens."""
    house.clock.time += span
    cases = {who: house.case(who) for who in PEOPLE}
    laws.nothing_comes(house.due(delivers=delivers), cases)


def again(house):
    """Deliver the newest event a second time."""
    if house.past.happened:
        event = house.past.happened[-1]
        seen = house.take(ONE, event.what, key=event.message_id)
        assert not seen.changes, "a delivery counted twice"


def twice(house, who, what):
    """Let a finger tremble."""
    seen = house.take(who, what, at=AT_ONCE)
    laws.hold(house, seen)
    assert not seen.says or laws.is_shut(seen.before), "a tap counted twice"
