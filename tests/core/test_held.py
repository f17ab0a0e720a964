"""What becomes of held messages: in their order, each question once, nothing that is over."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.core.buttons import answer_data
from handlers.core.held import Fate, HeldSend, Way, sort_out
from handlers.core.messages import Body, Button, Lane

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OPEN, SHUT = Way(words=True, templates=True), Way()
ASKED = Body("Do you smoke?", (Button(answer_data("r-1", 2, (), "0"), "Yes"),))


def held(name, body, **fields):
    fields = {
        "lane": Lane.TURN,
        "since": NOW,
        "expires_at": None,
        "follow_up": None,
        "is_over": False,
    } | fields
    return HeldSend(id=name, code="window-closed", body=body, **fields)


@pytest.mark.parametrize(
    ("first", "second", "fates"),
    [
        (held("1", Body("One")), held("2", Body("Two")), {"1": Fate.GOES, "2": Fate.GOES}),
        (held("1", ASKED), held("2", ASKED), {"1": Fate.OVERTAKEN, "2": Fate.GOES}),
        (held("1", ASKED), held("2", ASKED, has_left=True), {"1": Fate.OVERTAKEN}),
        (held("1", ASKED, has_left=True), held("2", ASKED), {"2": Fate.GOES}),
        (held("1", Body("One")), held("2", Body("One"), follow_up="f"), {"1": Fate.GOES, "2": Fate.GOES}),
        (held("1", Body("One"), lane=Lane.STAFF), held("2", Body("One")), {"1": Fate.GOES, "2": Fate.GOES}),
    ],
)
def test_of_two_that_ask_or_say_the_same_only_the_later_goes(first, second, fates):
    assert dict(sort_out([first, second], frozenset(), OPEN, NOW)) == fates


@pytest.mark.parametrize(
    ("fields", "fate"),
    [
        ({}, None),
        ({"is_over": True}, Fate.OVER),
        ({"since": NOW - timedelta(days=7)}, Fate.TOO_OLD),
        ({"since": NOW - timedelta(days=7), "lane": Lane.STAFF}, None),
        ({"expires_at": NOW - timedelta(minutes=1)}, Fate.GOES),
        ({"expires_at": NOW - timedelta(seconds=59)}, None),
    ],
)
def test_where_nothing_may_leave_only_what_is_over_ends(fields, fate):
    assert sort_out([held("1", ASKED, **fields)], frozenset(), SHUT, NOW).get("1") == fate
