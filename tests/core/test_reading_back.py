"""What is read back or guessed before it is stored."""

import pytest

from handlers.errors import PackError
from tests.core.builders.talk import choice, load, made, talk

THREE = (choice("a", "x", "y"), choice("b", "x", "y"), choice("c", "x", "y"))


def confirmed(link_id, type_):
    url = "https://yorisoi.example/fhir/StructureDefinition/confirm"
    return {"linkId": link_id, "type": type_, "text": "?", "extension": [{"url": url, "valueBoolean": True}]}


def test_an_answer_is_read_back_before_it_is_stored():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950")

    assert (conversation.keys, conversation.answers) == (["chat.read_back"], {})
    assert conversation.say("yes").answers == {"a": "1950-03-03"}


def test_a_no_to_what_was_read_back_asks_again():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950", "no")

    assert (conversation.keys, conversation.asked) == (["chat.asked_again", "q/a#text"], "a")


def test_a_new_answer_replaces_what_was_read_back():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950", "4 March 1950", "yes")

    assert conversation.answers == {"a": "1950-03-04"}


def test_words_that_say_nothing_keep_what_was_read_back():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950", "rihgt")

    assert conversation.keys == ["chat.not_understood.boolean", "chat.read_back"]
    assert conversation.say("yes").answers == {"a": "1950-03-03"}


def test_the_second_time_the_question_itself_is_asked_again():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950", "rihgt", "raight")

    assert conversation.keys[-1] == "q/a#text"
    assert conversation.say("4 March 1950", "yes").answers == {"a": "1950-03-04"}


def test_a_guess_is_asked_back():
    conversation = talk(load("multi-choice")).say("1-2")

    assert conversation.keys == ["chat.did_you_mean"]
    assert conversation.say("yes").answers == {"signs": ["fever", "fall"]}


def test_an_answer_ends_the_count_of_misses():
    conversation = talk(made(*THREE)).say("???", "???", "x", "???")

    assert conversation.turn.dialogue.misses == 1


def test_an_answer_against_a_rule_is_explained():
    conversation = talk(load("constraints")).say("500 kg")

    assert conversation.keys[0] == "chat.check.too_large"
    assert conversation.answers == {}


def our(name, **value):
    return {"url": f"https://yorisoi.example/fhir/StructureDefinition/{name}", **value}


def hl7(name, **value):
    return {"url": f"http://hl7.org/fhir/StructureDefinition/{name}", **value}


ALWAYS = our("confirm", valueBoolean=True)
PAST = our("confirmAnswers", valueString="past now")
UNUSUAL = [our("usualMin", valueInteger=25), our("usualMax", valueInteger=500)]
SIGNS = choice("signs", "past", "now", "none!", repeats=True, extension=[PAST])


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (choice("a", "x", "y", extension=[ALWAYS]), "x"),
        (choice("a", "past", "now", "no", extension=[PAST]), "past"),
        ({"linkId": "a", "type": "decimal", "extension": UNUSUAL}, "5000"),
        ({"linkId": "a", "type": "integer", "extension": UNUSUAL}, "3"),
        ({"linkId": "a", "type": "string", "extension": [ALWAYS]}, "Ann Example"),
        ({"linkId": "a", "type": "boolean", "extension": [ALWAYS]}, "no"),
        ({"linkId": "a", "type": "boolean", "extension": [our("confirmAnswers", valueString="yes")]}, "yes"),
        ({"linkId": "a", "type": "time", "extension": [ALWAYS]}, "14:30"),
    ],
)
def test_an_answer_of_any_kind_can_be_read_back(item, said):
    conversation = talk(made({"text": "?", **item}, choice("z", "x"))).say(said)

    assert (conversation.keys, conversation.answers) == (["chat.read_back"], {})
    assert "a" in conversation.press_label("chat.button.yes").answers


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (choice("a", "past", "now", "no", extension=[PAST]), "no"),
        ({"linkId": "a", "type": "decimal", "extension": UNUSUAL}, "100"),
        ({"linkId": "a", "type": "integer", "extension": UNUSUAL}, "25"),
        ({"linkId": "a", "type": "boolean", "extension": [our("confirmAnswers", valueString="yes")]}, "no"),
    ],
)
def test_what_is_usual_is_stored_at_once(item, said):
    assert "a" in talk(made({"text": "?", **item}, choice("z", "x"))).say(said).answers


def test_several_answers_are_read_back_after_done_if_one_of_them_is_marked():
    conversation = talk(made(SIGNS, choice("z", "x"))).tap("signs", "past", "now", "done")

    assert (conversation.keys, conversation.answers) == (["chat.read_back"], {})
    assert conversation.press_label("chat.button.yes").answers == {"signs": ["past", "now"]}


def test_a_no_to_several_answers_keeps_what_was_ticked():
    conversation = talk(made(SIGNS, choice("z", "x"))).tap("signs", "past", "now", "done").say("no")

    assert [each.picked for each in conversation.last.choices] == [True, True, False]


def test_a_tapped_option_is_read_back_and_a_no_shows_the_options_again():
    conversation = talk(made(choice("a", "past", "now", "no", extension=[PAST]))).tap("a", "past")

    assert conversation.keys == ["chat.read_back"]
    assert conversation.press_label("chat.button.no_change").labels == ["Past", "Now", "No"]


def test_a_danger_sign_is_never_read_back_because_that_costs_time():
    marked = {**SIGNS, "linkId": "signs"}
    conversation = talk(made(marked, choice("z", "x")), red=frozenset({"signs"})).tap("signs", "past", "done")

    assert conversation.answers == {"signs": "past"}


def test_nothing_is_read_back_while_there_is_danger():
    conversation = talk(made(confirmed("a", "string"), choice("z", "x")), alarmed=True).say("I cannot go on")

    assert conversation.answers == {"a": "I cannot go on"}


def test_a_quantity_outside_the_usual_is_read_back():
    unit = hl7("questionnaire-unit", valueCoding={"code": "kg"})
    weight = {"linkId": "a", "type": "quantity", "text": "?", "extension": [unit, *UNUSUAL]}

    assert talk(made(weight)).say("600 kg").keys == ["chat.read_back"]
    assert "a" in talk(made(weight)).say("70 kg").answers


def test_an_option_that_is_not_there_cannot_be_marked():
    with pytest.raises(PackError, match="confirmAnswers names 'gone'"):
        made(choice("a", "x", extension=[our("confirmAnswers", valueString="gone")]))
