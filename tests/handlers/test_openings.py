"""What is said at the message that opens a check-in."""

from zoneinfo import ZoneInfo

import pytest

from handlers.core.changes import OpenTask
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, consented, submitted, walk


def opened(desk: Desk | None = None) -> Desk:
    """Return a desk at which the check-in of month 1 has been opened."""
    desk = desk or submitted()
    desk.treat("2026-03-31T14:00")
    desk.tick("M1")
    return desk


@pytest.mark.parametrize("words", ["ok thank you", "tomorrow", "my hand hurts a bit"])
def test_words_that_are_no_yes_are_kept_and_the_buttons_shown_again(words):
    desk = opened()

    [body] = desk.say(words)

    assert desk.step("M1").response is None
    assert [button.label for button in body.choices] == ["Start", "Later", "Stop messages"]
    assert desk.of(OpenTask)[-1].kind == "message"


@pytest.mark.parametrize("words", ["yes", "Start", "ok", "start."])
def test_a_typed_yes_starts_the_check_in(words):
    desk = opened()

    desk.say(words)

    assert desk.step("M1").response is not None


@pytest.mark.parametrize("words", ["1", "strat", "number one"])
def test_a_number_or_a_label_with_a_slip_starts_it_too(words):
    desk = opened()

    desk.say(words)

    assert desk.step("M1").response is not None


@pytest.mark.parametrize(
    ("words", "said", "label"),
    [
        ("no", "All right, later", "In 1 hour"),
        ("skip", "All right, later", "In 1 hour"),
        ("2", "All right, later", "In 1 hour"),
        ("latr", "All right, later", "In 1 hour"),
        ("why", "how you are", "Start"),
        ("back", "no question before", "Start"),
        ("done", "still open", "Start"),
    ],
)
def test_what_a_question_understands_is_understood_here_and_is_no_work_for_staff(words, said, label):
    desk = opened()
    before = len(desk.of(OpenTask))

    [body] = desk.say(words)

    assert (said in body.text, body.choices[0].label) == (True, label)
    assert len(desk.of(OpenTask)) == before


def test_after_a_tap_on_an_older_question_words_answer_that_question():
    desk = opened(walk(consented(), *ABOUT, HEALTH[0]))
    desk.tap("Back")

    desk.say("another doctor")

    assert desk.answers()["dx.by"] == "other"


def test_after_a_tap_on_an_older_question_words_are_no_longer_the_time():
    desk = walk(consented(), *ABOUT[:7], "Yes", "No")
    desk.tap("Back")

    said = desk.say("why")

    assert "21:30" not in said[-1].text


@pytest.mark.parametrize(
    ("label", "local"),
    [
        ("In 1 hour", "2026-04-30T11:00"),
        ("This evening", "2026-04-30T18:00"),
        ("Tomorrow", "2026-05-01T10:00"),
    ],
)
def test_later_is_an_hour_the_evening_or_tomorrow_by_one_tap_more(label, local):
    desk = opened()
    desk.tap("Later")

    desk.tap(label)

    at = desk.step("M1").next_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert at.strftime("%Y-%m-%dT%H:%M") == local
