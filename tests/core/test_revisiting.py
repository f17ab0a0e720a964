"""Coming back to answers: what may be corrected, and what is read a second time."""

from dataclasses import replace
from datetime import date

from handlers.core import step as engine
from handlers.core.case import Dialogue, ResponseStatus
from handlers.core.events import Said
from handlers.core.values import PartialDate
from tests.core.builders.talk import choice, load, made, slot, talk, when

BORN = {"linkId": "born", "type": "date", "text": "?"}
ILL = {"linkId": "ill", "type": "date", "text": "?"}
NOTE = {"linkId": "note", "type": "display", "text": "Because you said y."}


def keys(turn):
    return [text.key for say in turn.says for text in say.texts]


def come_back(conversation, *, status=ResponseStatus.IN_PROGRESS):
    """Return the scene of somebody whose dialogue was about something else since."""
    scene = conversation.scene
    response = replace(scene.response, status=status)
    return replace(scene, response=response, dialogue=Dialogue(response=response.id))


def change(scene, place, text):
    asked = engine.revise(scene, place)
    return engine.step(replace(scene, dialogue=asked.dialogue), Said(text))


def test_a_birth_date_can_be_corrected_to_an_earlier_one():
    conversation = talk(made(BORN, ILL), birth=date(1985, 3, 7), birth_item="born").say("1985-03-07")
    conversation.do(engine.revise, slot("born")).say("1958-03-07")

    assert conversation.turn.answers[slot("born")].values == (PartialDate(1958, 3, 7),)


def test_other_dates_are_checked_against_the_birth_date_as_it_is_answered_now():
    conversation = talk(made(BORN, ILL), birth=date(1985, 3, 7), birth_item="born")
    conversation.say("1958-03-07", "1970-01-01")

    assert conversation.answers["ill"] == "1970-01-01"


def test_a_later_birth_date_takes_back_the_dates_before_it():
    conversation = talk(made(BORN, ILL, choice("c", "x")), birth_item="born").say("1958-03-07", "1970-01-01")
    conversation.do(engine.revise, slot("born")).say("1985-03-07")

    assert conversation.turn.drops == (slot("ill"),)


def test_who_changes_a_finished_answer_reads_no_text_a_second_time():
    conversation = talk(load("displays")).say("x", "y")

    turn = change(come_back(conversation, status=ResponseStatus.COMPLETED), slot("a"), "z")

    assert turn.done
    assert keys(turn) == []


def test_who_returns_to_an_open_questionnaire_reads_again_only_what_leads_to_the_open_question():
    conversation = talk(load("displays")).say("x")

    assert keys(change(come_back(conversation), slot("a"), "z")) == [
        "displays/half#text",
        "displays/note#text",
        "displays/b#text",
    ]


def test_a_text_that_a_changed_answer_brings_up_is_shown():
    note = {**NOTE, "enableWhen": [when("a", "=", answerCoding={"code": "y"})]}
    conversation = talk(made(choice("a", "x", "y"), note, choice("b", "x"))).say("x", "x")

    turn = change(come_back(conversation, status=ResponseStatus.COMPLETED), slot("a"), "y")

    assert keys(turn) == ["chat.you_said", "q/note#text"]
