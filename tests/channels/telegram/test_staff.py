"""What the clinic's own people do in their chats, and nobody else."""

import pytest

from bot.channels.telegram.parse import parse
from handlers.core.events import AlertTaken, Chose, DayAsked, Other, Started, TeamJoined, TeamMoved, Unusable
from tests.channels.telegram import updates as given_
from tests.channels.telegram.updates import GROUP, SENT_AT, raw


@pytest.mark.parametrize(
    ("words", "where", "what"),
    [
        ("/start team-a_B-9", {}, TeamJoined("a_B-9")),
        ("/today", {}, DayAsked()),
        ("/today@clinic_bot", {"chat": GROUP}, DayAsked()),
        ("/start@clinic_bot team-a_B-9", {"chat": GROUP}, TeamJoined("a_B-9")),
        ("/start inv", {}, Started("inv", "ja")),
        ("/start inv", {"chat": GROUP}, Unusable("group")),
        ("/start team-a b", {"chat": GROUP}, Unusable("group")),
        ("team-a_B-9", {"chat": GROUP}, Unusable("group")),
    ],
)
def test_a_code_of_staff_links_the_chat_that_it_comes_from(words, where, what):
    assert parse(raw(given_.message(text=words, **where))).what == what


@pytest.mark.parametrize(
    ("field", "what"),
    [("migrate_to_chat_id", TeamMoved("-1009")), ("migrate_from_chat_id", Other("group"))],
)
def test_a_group_that_becomes_a_supergroup_says_where_it_goes_once(field, what):
    assert parse(raw(given_.message(chat=GROUP, **{field: -1009}))).what == what


@pytest.mark.parametrize(
    ("data", "where", "kind"),
    [
        ("take:0a1b", {}, AlertTaken),
        ("take:0a1b", {"chat": GROUP}, AlertTaken),
        ("c:menu", {}, Chose),
        ("c:menu", {"chat": GROUP}, Unusable),
    ],
)
def test_an_alert_is_taken_by_its_button_wherever_it_hangs(data, where, kind):
    under = {"message": {"message_id": 45, "date": SENT_AT, **where}} if where else {}

    what = parse(raw(given_.tap(data=data, **under))).what

    assert isinstance(what, kind)
    if kind is AlertTaken:
        assert (what.alert, bool(what.person), bool(what.ack)) == ("0a1b", True, True)
