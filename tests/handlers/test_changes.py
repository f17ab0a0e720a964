"""Changing answers that were sent already."""

from handlers.core.case import ResponseStatus
from handlers.core.changes import OpenTask
from handlers.core.events import Chose
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted


def number_of(desk: Desk, words: str) -> str:
    """Return the number of the line with these words in the newest list of answers."""
    lines = (line for body in reversed(desk.heard) for line in body.text.splitlines() if line[:1].isdecimal())
    return next(line for line in lines if words in line).partition(".")[0]


def test_a_typed_answer_changes_a_sent_intake_and_staff_see_it():
    desk = submitted()

    desk.say(f"change {number_of(desk, 'Who told you')}")
    desk.say("another doctor")

    assert desk.answers()["dx.by"] == "other"
    assert "answers-changed" in [task.kind for task in desk.of(OpenTask)]


def test_a_changed_name_is_confirmed_in_words():
    desk = submitted()

    desk.say(f"change {number_of(desk, 'as in the passport')}")
    desk.say("Another Person")
    said = desk.tap("Yes")

    assert said[-1].text.startswith("Changed.")


def test_an_option_number_changes_a_sent_intake():
    desk = submitted()

    desk.say(f"change {number_of(desk, 'Who told you')}")
    desk.say("2")

    assert desk.answers()["dx.by"] == "other"


def test_a_typed_yes_confirms_the_change_of_a_sent_answer():
    desk = submitted()
    old = next(b for body in desk.heard for b in body.choices if b.label == "Another doctor")

    desk.take(Chose(old.data))
    desk.say("yes")

    assert desk.answers()["dx.by"] == "other"


def test_a_change_that_opens_a_further_question_is_told_at_once():
    desk = submitted()

    desk.say(f"change {number_of(desk, 'cancer')}")
    desk.tap("Yes, in the past")
    desk.tap("Yes")

    assert desk.case.responses[-1].status is ResponseStatus.AMENDED
    assert "answers-changed" in [task.kind for task in desk.of(OpenTask)]


def test_looking_at_a_sent_answer_and_keeping_it_changes_nothing():
    desk = submitted()

    desk.say(f"change {number_of(desk, 'Who told you')}")
    said = desk.tap("Keep this answer")

    assert said[-1].text
    assert desk.case.responses[-1].status is ResponseStatus.COMPLETED


def test_a_change_of_the_intake_inside_a_check_in_leads_back_to_the_check_in():
    desk = submitted()
    number = number_of(desk, "Who told you")
    desk.treat("2026-03-31T14:00")
    desk.tick("M1")
    desk.tap("Start")

    desk.say(f"change {number}")
    said = desk.tap("Another doctor")

    assert desk.answers()["dx.by"] == "other"
    assert "NOW" in said[-1].text


def test_what_is_typed_belongs_to_the_change_and_not_to_the_offer_of_the_next_part():
    desk = submitted()

    desk.say(f"change {number_of(desk, 'reminders')}")
    desk.say("no")

    assert desk.answers()["consent.messages"] == "no"
