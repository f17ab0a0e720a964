"""After a long silence the first message says where they stand, in one line, and goes on."""

from datetime import timedelta

import pytest

from handlers.core.case import Contact
from handlers.core.events import Started
from handlers.core.frozen import replace
from handlers.core.values import ContactId
from tests.handlers.desk import Desk
from tests.handlers.parts import PartsDesk
from tests.handlers.paths import ABOUT, consented, walk

BACK = "Welcome back. You have answered 3 of about 5 questions in “First”. Your next question:"


def away(desk: Desk, days: int = 90) -> Desk:
    """Let so many days pass without a word."""
    desk.clock.time += timedelta(days=days)
    return desk


def midway() -> PartsDesk:
    desk = PartsDesk()
    desk.start()
    return desk.walk("Yes", "Yes", "Yes")


def words(desk: Desk) -> str:
    return desk.heard[-1].text.replace("\u2068", "").replace("\u2069", "")


def test_who_opens_the_chat_again_reads_where_they_stand_and_the_open_question():
    desk = away(midway())

    said = desk.start()

    assert len(said) == 1
    assert words(desk).startswith(BACK)
    assert words(desk).endswith("ill?")


def test_a_tap_or_word_that_answers_the_open_question_counts_and_leads_on():
    desk = away(midway())

    desk.say("No")

    assert desk.answers()["ill"] == "no"
    assert words(desk).startswith("Welcome back. You have answered 4 of about 5")


def test_a_hello_is_not_taken_for_an_answer_in_own_words():
    desk = away(walk(consented(), *ABOUT[:2]))

    desk.say("hello, I am back")

    assert desk.answers().get("id.name") is None
    assert "Welcome back" in words(desk)


def test_after_a_week_at_most_nothing_is_recapped():
    desk = away(midway(), days=6)

    desk.start()

    assert "You have answered" not in words(desk)


def test_a_menu_has_no_recap():
    desk = away(midway())

    desk.say("menu")

    assert "Welcome back" not in words(desk)


@pytest.mark.parametrize(("elsewhere", "greeted"), [(90, True), (1, False)])
def test_on_another_channel_it_counts_from_the_last_word_on_any(elsewhere, greeted):
    desk = away(midway(), days=elsewhere)
    known = desk.case.contact
    new = Contact(ContactId("c2"), replace(known.point, address="there"))
    desk.case = replace(desk.case, contact=new, others=(known,), joins=True)

    desk.take(Started(payload="code"))

    assert ("You have answered 3 of about 5" in words(desk)) is greeted
