"""Items under a repeating question: asked once for each of its answers, and staying with it."""

from dataclasses import replace

import pytest

from handlers.core import step as engine
from handlers.core.asked import Asked
from handlers.core.conditions import Enabling
from tests.core.builders.talk import Talk, load, made, slot, talk, when
from tests.core.sample_pack import NOW, pack


def signs() -> Talk:
    """Return a conversation in which fever and pain were ticked, and the first of what is below is asked."""
    return talk(load("items-under-each-answer")).tap("signs", "fever", "pain", "done")


def told() -> Talk:
    """Return the same with all answers about fever and pain given."""
    return signs().say("3 March 2020", "3 March 2021", "neck")


def medicines() -> Talk:
    """Return a conversation in which two medicines were typed."""
    conversation = talk(load("items-under-each-answer")).do(engine.skip)
    return conversation.say("levodopa", "aspirin").tap("medicines", "done")


def test_what_is_below_is_asked_once_for_each_answer():
    conversation = signs()

    assert conversation.asked == "since#0"
    assert conversation.say("3 March 2020").asked == "since#1"
    assert conversation.say("3 March 2021", "neck").asked == "medicines"
    assert conversation.answers["since#0"] != conversation.answers["since#1"]


def test_each_names_the_answer_that_it_is_about():
    conversation = signs()

    about = next(phrase for phrase in conversation.last.texts if phrase.key == "chat.about_answer")

    assert about.values["answer"].default == "Fever"
    assert about.values["question"].default == "Since when?"


def test_a_condition_on_the_question_above_looks_at_that_very_answer():
    conversation = told()

    assert "where#1" in conversation.answers
    assert "where#0" not in conversation.answers


def test_what_is_below_moves_along_with_its_answer():
    conversation = told().do(engine.revise, slot("signs")).tap("signs", "fever-0", "done")

    assert conversation.answers["signs"] == "pain"
    assert conversation.answers["where#0"] == "neck"
    assert str(conversation.answers["since#0"]) == "2021-03-03"
    assert not {"since#1", "where#1"} & set(conversation.answers)


def test_one_more_answer_before_it_is_asked_about_and_the_others_stay():
    conversation = told().do(engine.revise, slot("signs")).tap("signs", "fall", "done")

    assert conversation.asked == "since#1"
    assert str(conversation.answers["since#2"]) == "2021-03-03"
    assert conversation.answers["where#2"] == "neck"


def test_what_was_below_an_answer_taken_back_is_not_found_below_another_later():
    conversation = told().do(engine.revise, slot("signs")).do(engine.skip)
    conversation.do(engine.revise, slot("signs")).tap("signs", "fall", "done")

    assert conversation.asked == "since#0"


def test_repeating_questions_stand_in_one_another():
    conversation = medicines()

    assert conversation.asked == "times#0"
    conversation.say("08:00", "20:00").tap("times", "done", instance=(0,))
    assert conversation.asked == "dose#0.0"
    assert conversation.say("one", "two").asked == "times#1"
    assert conversation.answers["dose#0.1"] == "two"


def test_a_list_typed_anew_keeps_what_is_below_the_answers_that_stay():
    conversation = medicines().say("08:00").tap("times", "done", instance=(0,)).say("one").do(engine.skip)
    conversation.do(engine.revise, slot("medicines")).say("levodopa", "iron").tap("medicines", "done")

    assert conversation.answers["dose#0.0"] == "one"
    assert conversation.asked == "times#1"


def test_without_an_answer_above_nothing_below_is_asked():
    assert talk(load("items-under-each-answer")).do(engine.skip).asked == "medicines"


@pytest.mark.parametrize(
    ("ticks", "asked"), [(("fever", "pain"), True), (("pain",), True), (("fever",), False), ((), None)]
)
def test_it_is_asked_as_far_as_rules_know_if_it_is_asked_about_any_answer(ticks, asked):
    conversation = talk(load("items-under-each-answer"))
    if ticks:
        conversation.tap("signs", *ticks, "done")
    form = conversation.questionnaire
    protocol = replace(pack(), questionnaires={form.url: form}, intake=(form.url,))

    assert Asked(protocol, [conversation.scene.response], NOW.date()).is_asked("where") is asked


@pytest.mark.parametrize("given", ["fever", "pain"])
def test_a_condition_from_outside_looks_at_the_last_answer_before(given):
    form = made(
        {"linkId": "signs", "type": "string", "text": "?", "repeats": True, "item": [BAD]},
        {
            "linkId": "more",
            "type": "string",
            "text": "?",
            "enableWhen": [when("bad", "=", answerBoolean=True)],
        },
    )
    conversation = talk(form).say("fever", "pain").tap("signs", "done")
    for number, name in enumerate(("fever", "pain")):
        conversation.tap("bad", "yes" if name == given else "no", instance=(number,))

    enabling = Enabling(form, conversation.turn.answers, {})

    assert enabling.is_enabled(form.item("more")) is (given == "pain")


BAD = {"linkId": "bad", "type": "boolean", "text": "Is it bad?"}
