"""Production: nothing clinical without a doctor's signature, and help all the same."""

from dataclasses import replace

import pytest

from handlers.approval import missing_words
from handlers.core.case import FollowUpState
from handlers.core.changes import OpenTask, PutAnswer, Queue, StartResponse
from handlers.core.events import Chose, FileKind, SentDocument
from handlers.core.messages import Lane
from handlers.decision import Decision
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, consented, submitted, walk

EN = frozenset({"en"})


def in_production(desk, signed=frozenset()):
    """Return the desk in production, where these languages are signed."""
    desk.around = replace(desk.around, needs_signature=True, signed=signed)
    return desk


def kinds(desk):
    return [task.kind for task in desk.of(OpenTask)]


def test_a_newcomer_is_asked_nothing_and_the_team_is_told():
    desk = in_production(Desk())

    [said] = desk.start("en")

    assert "A doctor of the clinic has not approved our questions" in said.text
    assert kinds(desk) == ["unsigned"]


def test_nothing_that_is_said_then_is_taken_for_an_answer():
    desk = in_production(Desk())
    desk.start("en")

    desk.say("Yes")
    desk.say("English")

    assert not desk.of(PutAnswer)
    assert not desk.of(StartResponse)


def test_words_are_kept_for_a_person():
    desk = in_production(Desk())
    desk.start("en")

    desk.say("Please call me")

    assert "message" in kinds(desk)


def test_the_emergency_number_is_one_tap_away_all_the_same():
    desk = in_production(Desk())
    desk.start("en")

    [said] = desk.tap("Emergency")

    assert said.text.startswith("In an emergency call")
    assert desk.of(Queue)[-1].lane is Lane.CARD


@pytest.mark.parametrize("words", ["I have chest pain", "I want to die", "there is blood"])
def test_words_of_danger_are_answered_with_the_emergency_line_never_with_silence(words):
    desk = in_production(walk(consented(), *ABOUT))

    said = desk.say(words)

    assert said[0].text.startswith("In an emergency call \u2068112\u2069 now")
    assert any(kind.startswith("flag-") for kind in kinds(desk))


def test_a_signed_language_goes_on_as_ever():
    desk = in_production(Desk(), EN)

    desk.start("en")

    assert desk.of(StartResponse)
    assert "unsigned" not in kinds(desk)


def test_only_signed_languages_are_offered():
    desk = in_production(Desk(), EN)
    desk.start()

    labels = [button.label for button in desk.heard[-1].choices]

    assert labels == ["English"]


def test_somebody_whose_language_is_not_signed_may_choose_one_that_is():
    desk = consented()
    desk.say("language")
    desk.tap("日本語")
    in_production(desk, EN)

    desk.say("こんにちは")
    desk.tap("言語 / Language")
    said = desk.tap("English")

    assert "I will write in English from now on." in said[0].text
    assert desk.say("Test Person")


def test_a_language_that_is_not_signed_is_never_replaced_by_english_in_mid_conversation():
    desk = consented()
    desk.say("language")
    desk.tap("日本語")
    in_production(desk, EN)

    [said] = desk.say("山田太郎")

    assert "承認がまだ済んでいません" in said.text


@pytest.mark.parametrize("name", ["clinic_emergency_phone", "hosting_country"])
def test_a_missing_word_of_the_clinic_holds_everything_back(name):
    desk = in_production(Desk(), EN)
    desk.start("en")
    texts = {key: value for key, value in CLINIC.texts.items() if key != name}
    desk.case = replace(desk.case, clinic=replace(desk.case.clinic, texts=texts))

    [said] = desk.say("English")

    assert missing_words(desk.case, desk.around.world(CLINIC)) == (name,)
    assert "has not approved" in said.text


def test_stop_works_without_a_signature():
    desk = in_production(submitted())

    desk.say("stop")

    assert not desk.case.patient.purposes & {"messages"}


def test_a_file_is_not_taken_before_anything_is_signed():
    desk = in_production(Desk())
    desk.start("en")

    [said] = desk.take(SentDocument("f", FileKind.DOCUMENT, "scan.pdf"))

    assert "has not approved" in said.text


def test_a_tap_is_acknowledged():
    desk = in_production(Desk())

    [said] = desk.take(Chose("c:menu", ack="cb"))

    assert said.ack == "cb"


def due(desk):
    """Let M1 fall due and return it as it is then."""
    desk.treat("2026-03-31T14:00")
    desk.tick("M1")
    return desk.step("M1")


def test_a_check_in_in_an_unsigned_language_is_held_and_a_person_told():
    desk = in_production(submitted())
    heard = len(desk.heard)

    held = due(desk)

    assert (held.state, held.reason) == (FollowUpState.HELD, "unsigned")
    assert len(desk.heard) == heard
    assert "held" in kinds(desk)


def test_it_goes_out_by_itself_once_the_doctor_has_signed():
    desk = in_production(submitted())
    due(desk)

    in_production(desk, EN)
    desk.tick("M1")

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS
    assert "it is time for your check-in" in desk.heard[-1].text


def test_no_message_with_a_clinical_text_is_queued_whoever_says_it():
    desk = in_production(walk(consented(), *ABOUT))
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="x")

    decision.tell("consent.more")
    decision.tell("cards.yellow")
    decision.tell("talk.menu")

    assert [queued.body.text for queued in decision.finish() if isinstance(queued, Queue)] == [
        "What do you want to do?"
    ]


def test_outside_production_nothing_needs_a_signature():
    desk = Desk()

    desk.start("en")

    assert desk.of(StartResponse)
