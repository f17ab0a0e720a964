"""A questionnaire is opened, shown and asked; answers of every type are taken."""

import pytest

from handlers.core.values import (
    AnsweredBy,
)
from tests.core.builders.talk import choice, load, made, shown, talk

THREE = (choice("a", "x", "y"), choice("b", "x", "y"), choice("c", "x", "y"))


def test_displays_that_are_due_come_before_the_question():
    conversation = talk(load("displays"))

    assert conversation.keys == ["displays/hello#text", "displays/a#text"]
    assert conversation.asked == "a"


def test_a_display_is_shown_once_and_a_question_again_when_somebody_comes_back():
    conversation = talk(load("displays")).begin()

    assert conversation.keys == ["displays/a#text"]


def test_a_groups_heading_stands_over_its_first_message():
    conversation = talk(load("displays")).say("x")

    assert conversation.keys == ["displays/half#text", "displays/note#text", "displays/b#text"]


def test_the_last_display_is_shown_at_the_end():
    conversation = talk(load("displays")).say("x", "y")

    assert conversation.keys == ["displays/bye#text"]
    assert conversation.turn.done
    assert conversation.asked == ""


def test_a_note_under_a_question_stands_in_its_message():
    assert talk(load("items-under-a-question")).keys == [
        "items-under-a-question/smoke#text",
        "items-under-a-question/note#text",
    ]


def test_one_message_asks_one_question():
    assert len(talk(load("multi-choice")).turn.says) == 1


def test_a_helper_is_asked_in_the_helpers_wording():
    conversation = talk(load("our-extensions"), helper=True)

    assert conversation.keys == ["our-extensions/birth#helper"]


def test_a_translation_in_the_file_is_used_where_no_catalog_has_the_text():
    conversation = talk(load("translations"), words=engine_words("ja"))

    assert shown(conversation.last.texts[0]) == "どれですか"
    assert conversation.labels == ["エックス"]


def engine_words(language):
    from tests.core.builders.talk import words

    return words(language)


def test_side_doors_stand_apart_from_the_choices():
    conversation = talk(made(*THREE)).tap("a", "x")

    assert conversation.labels == ["X", "Y"]
    assert conversation.doors == ["unsure", "skip", "back", "why"]


@pytest.mark.parametrize(
    ("name", "heard", "expected"),
    [
        ("boolean", "yes", True),
        ("decimal", "1,5", 1.5),
        ("integer", "\uff11\uff12", 12),
        ("date", "7 March 2019", "2019-03-07"),
        ("time", "14:30", "14:30:00"),
        ("string", "hello", "hello"),
        ("text", "hello", "hello"),
        ("url", "https://example.org", "https://example.org"),
        ("choice", "2", "b"),
        ("open-choice", "else", "else"),
    ],
)
def test_typed_words_are_understood_by_the_type_of_the_item(name, heard, expected):
    conversation = talk(load(f"type-{name}")).say(heard)

    assert conversation.answers == {"q": expected}
    assert conversation.asked == "after"


def test_a_typed_time_is_local_to_the_patient():
    conversation = talk(load("type-datetime"), zone="Asia/Tokyo").say("7 March 2019 9:30")

    assert conversation.answers == {"q": "2019-03-07T00:30:00Z"}


def test_yes_and_no_are_buttons():
    assert talk(load("type-boolean")).tap("q", "no").answers == {"q": False}


def test_an_option_is_tapped_and_said_back():
    conversation = talk(load("type-choice")).tap("q", "b")

    assert conversation.answers == {"q": "b"}
    assert conversation.keys[0] == "chat.you_said"


def test_an_answer_knows_who_gave_it_and_by_which_message():
    conversation = talk(load("type-choice"), by=AnsweredBy.HELPER).tap("q", "b")

    [answer] = conversation.turn.puts

    assert (answer.by, answer.source) == (AnsweredBy.HELPER, "m1")


def test_read_only_and_hidden_items_answer_themselves():
    conversation = talk(load("initial"))

    assert conversation.answers == {"fixed": "v1", "hidden": "h"}
    assert {answer.by for answer in conversation.turn.puts} == {AnsweredBy.ENGINE}


@pytest.mark.parametrize("typed", ["yes", "keep", "Keep this answer", "leave it as it is"])
def test_a_suggested_value_is_taken_by_typed_words_too(typed):
    suggested = {"linkId": "a", "type": "string", "text": "?", "initial": [{"valueString": "Osaka"}]}

    assert talk(made(suggested, choice("b", "x"))).say(typed).answers == {"a": "Osaka"}


def test_a_typed_keep_leaves_the_answer_as_it_is():
    text = {"linkId": "a", "type": "text", "text": "?"}
    conversation = talk(made(text, choice("b", "x"))).say("Osaka", "back", "keep")

    assert conversation.answers == {"a": "Osaka"}
    assert conversation.asked == "b"


def test_keep_is_an_answer_where_there_is_nothing_to_keep():
    text = {"linkId": "a", "type": "text", "text": "?"}

    assert talk(made(text, choice("b", "x"))).say("keep").answers == {"a": "keep"}


def test_an_initial_value_is_suggested_and_kept_by_a_tap():
    conversation = talk(load("initial"))

    assert "chat.suggested" in conversation.keys
    assert conversation.tap("colour", "keep").answers["colour"] == "blue"


def test_a_number_that_is_not_in_its_list_is_explained_and_asked_again():
    options = [{"valueInteger": number} for number in (2, 4, 8)]
    conversation = talk(made({"linkId": "n", "type": "integer", "answerOption": options}))

    conversation.say("5")
    missed, stored = conversation.keys[0], dict(conversation.turn.answers)
    conversation.say("4")

    assert (missed, stored) == ("chat.not_understood.choice", {})
    assert conversation.answers == {"n": 4}
