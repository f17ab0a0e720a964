"""Words of danger are heard wherever they are said."""

from dataclasses import replace

import pytest

from handlers.core.changes import OpenTask, PutAnswer, RaiseFlag
from handlers.core.events import Edited, FileKind, Said, SentDocument
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, consented, walk

WORDS = "I think about suicide"


@pytest.mark.parametrize(
    "what", [Said(WORDS), Edited("m1", WORDS), SentDocument("file-1", FileKind.PHOTO, caption=WORDS)]
)
def test_danger_words_show_the_card_and_open_a_task_in_whatever_they_come(what):
    desk = walk(consented(), *ABOUT)

    said = desk.take(what)

    assert "crisis line" in said[0].text
    assert [task.kind for task in desk.of(OpenTask)] == ["flag-crisis"]


@pytest.mark.parametrize("words", [WORDS, "My mother has chest pain"])
def test_after_the_card_nobody_hears_that_they_were_not_understood(words):
    said = walk(consented(), *ABOUT).say(words)

    assert said[-1].choices
    assert "Sorry" not in " ".join(body.text for body in said)


def test_nobody_is_called_by_words_of_danger():
    desk = walk(consented(), *ABOUT[:2])

    desk.say(WORDS)

    assert desk.case.patient.name == ""
    assert [put.answer.values for put in desk.of(PutAnswer)][-1] == (WORDS,)


def test_danger_words_are_heard_in_the_first_words_ever():
    desk = Desk()

    said = desk.say(WORDS)

    assert "crisis line" in said[0].text


def test_danger_words_are_heard_at_the_question_for_the_clock():
    desk = walk(consented(), *ABOUT[:7], "Yes", "No")

    said = desk.say(WORDS)

    assert "crisis line" in said[0].text


def test_danger_words_before_consent_open_a_task_and_are_stored_nowhere():
    desk = Desk()

    desk.say(WORDS)

    assert [task.kind for task in desk.of(OpenTask)] == ["flag-crisis"]
    assert desk.of(RaiseFlag) == []


def test_the_note_for_staff_is_in_the_clinics_language():
    desk = walk(consented(), *ABOUT)
    desk.case = replace(desk.case, clinic=replace(desk.case.clinic, language="ja"))

    desk.say(WORDS)

    assert "自由記述" in desk.of(RaiseFlag)[-1].staff_text


def test_danger_words_are_taken_even_if_the_clinics_language_has_no_texts():
    desk = walk(consented(), *ABOUT)
    desk.case = replace(desk.case, clinic=replace(desk.case.clinic, language="xx"))

    desk.say(WORDS)

    assert "flag-crisis" in [task.kind for task in desk.of(OpenTask)]


@pytest.mark.parametrize("words", ["胸が痛い", "đau ngực", "熱があります。chest pain"])
def test_words_of_another_language_than_the_chats_are_heard(words):
    desk = walk(consented(), *ABOUT)

    said = desk.say(words)

    assert "Please get help now" in said[0].text
    assert [task.kind for task in desk.of(OpenTask)] == ["flag-red"]


@pytest.mark.parametrize(
    ("role", "words"),
    [("For myself", "I have Parkinson's"), ("For family or friend", "They have Parkinson's")],
)
def test_the_red_card_speaks_to_whoever_reads_it(role, words):
    desk = Desk()
    desk.start()
    walk(desk, "English", role)

    assert words in desk.say("chest pain")[0].text
