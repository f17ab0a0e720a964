"""What stands under a repeating question is told under the answer that it is about."""

from handlers.core import step as engine
from handlers.core.bundle.answers import answered
from handlers.core.bundle.naming import Naming
from handlers.core.summary.places import question_at
from handlers.core.summary.told import ToldResponse
from tests.core.builders.talk import load, talk
from tests.summaries.patients import patient, sheet

FORM = load("items-under-each-answer")


def given():
    """Return a response with two medicines, the second at two times."""
    conversation = talk(FORM).do(engine.skip).say("levodopa", "aspirin").tap("medicines", "done")
    conversation.say("07:00").tap("times", "done", instance=(0,)).say("one")
    conversation.say("08:00", "20:00").tap("times", "done", instance=(1,)).say("half", "two")
    return conversation.scene.response


def test_each_answer_of_a_bundle_has_the_items_below_it():
    made = sheet(patient(7, "en", 10))
    part = ToldResponse(given())

    resource = answered(made.told, part, FORM, Naming("c", "p"), made.reading)["resource"]

    [medicines] = [item for item in resource["item"] if item["linkId"] == "medicines"]
    doses = [
        [below["item"][0]["answer"][0]["valueString"] for below in answer["item"][0]["answer"]]
        for answer in medicines["answer"]
    ]
    assert [answer["valueString"] for answer in medicines["answer"]] == ["levodopa", "aspirin"]
    assert doses == [["one"], ["half", "two"]]


def test_staff_read_beside_a_question_what_it_was_asked_about():
    words, answers = sheet(patient(7, "en", 10)).reading.clinic, given().answers

    told = [question_at(words, FORM, answers, slot) for slot in answers if slot.link_id == "dose"]

    assert told == [
        "How much then? (levodopa) (07:00)",
        "How much then? (aspirin) (08:00)",
        "How much then? (aspirin) (20:00)",
    ]


def test_an_answer_that_the_reader_may_not_see_is_only_numbered():
    words, answers = sheet(patient(7, "en", 10)).reading.clinic, given().answers
    [_, second] = [slot for slot in answers if slot.link_id == "times"]

    assert question_at(words, FORM, answers, second, lambda _: True) == "When do you take it? [2]"
