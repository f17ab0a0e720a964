"""What a number or a label means that is typed after a list: a row of it, not what the list hides."""

import pytest

from handlers.core.events import Chose
from handlers.core.values import ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, CONSENT, TO_CONSENT, consented, walk


def at_the_doctor() -> Desk:
    """Return a desk at which it is asked who made the diagnosis."""
    return walk(consented(), *ABOUT)


@pytest.mark.parametrize(
    ("opened", "typed", "seen"),
    [
        ("change", "1", "Which language"),
        ("change", "number 2", "Are you asking"),
        ("language", "日本語", "パーキンソン病だと"),
        ("language", "2", "パーキンソン病だと"),
        ("menu", "3", "Send a photo"),
        ("menu", "Languge", "Which language do you want"),
        ("menu", "five", "What would you like to know"),
    ],
)
def test_what_is_typed_after_a_list_means_its_row(opened, typed, seen):
    desk = at_the_doctor()
    desk.say(opened)

    said = desk.say(typed)

    assert (seen in said[-1].text, "dx.by" in desk.answers()) == (True, False), said[-1].text


def test_a_number_after_the_second_page_of_answers_is_the_answer_with_that_number():
    desk = Desk(ChannelKind.WHATSAPP)
    desk.start()
    walk(desk, *TO_CONSENT, *CONSENT, *ABOUT)
    desk.say("change")
    desk.tap("More")

    said = desk.say("2")

    assert "Are you asking" in said[-1].text


def test_words_that_no_row_has_answer_the_question_behind_the_list():
    desk = at_the_doctor()
    desk.say("menu")

    desk.say("another doctor")

    assert desk.answers()["dx.by"] == "other"


def test_a_number_answers_the_question_again_once_it_was_asked_again():
    desk = at_the_doctor()
    desk.say("menu")
    desk.tap("Continue")

    desk.say("1")

    assert desk.answers()["dx.by"] == "neuro"


def test_a_number_after_the_side_doors_is_a_side_door():
    desk = at_the_doctor()
    asked = desk.heard[-1].choices[0].data.rpartition(":")[0]
    [doors] = desk.take(Chose(f"{asked}:keys"))

    desk.say(str([door.label for door in doors.choices].index("Skip") + 1))

    assert desk.answers().get("dx.by", "unanswered") is None


@pytest.mark.parametrize(("typed", "stored"), [("1", True), ("2", False)])
def test_a_number_at_is_that_right_is_its_yes_or_its_no(typed, stored):
    desk = walk(consented(), *ABOUT[:2])

    desk.say("Anna")
    desk.say(typed)

    assert ("id.name" in desk.answers()) is stored
