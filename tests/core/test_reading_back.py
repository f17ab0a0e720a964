"""What is read back or guessed before it is stored."""

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
