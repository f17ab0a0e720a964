"""Old buttons and repeated taps."""

import pytest

from handlers.core.case import Dialogue
from handlers.core.values import (
    ResponseId,
    Slot,
)
from tests.core.builders.talk import choice, load, made, talk, when

THREE = (choice("a", "x", "y"), choice("b", "x", "y"), choice("c", "x", "y"))


def test_ten_identical_taps_count_once():
    conversation = talk(made(*THREE)).tap("a", *["x"] * 10)

    assert [len(turn.puts) for turn in conversation.turns[1:]] == [1, *[0] * 9]
    assert [len(turn.says) for turn in conversation.turns[1:]] == [1, *[0] * 9]


@pytest.mark.parametrize("code", ["skip", "back", "done", "more", "keep", "keys"])
def test_an_old_side_door_does_nothing(code):
    conversation = talk(made(*THREE)).tap("a", "x", code)

    assert conversation.turn.says == ()
    assert conversation.asked == "b"


def test_ten_ticks_of_the_same_button_are_one():
    conversation = talk(load("multi-choice")).tap("signs", *["fever"] * 10)

    assert conversation.turn.dialogue.picked == ("fever",)


def test_a_tap_on_an_old_button_changes_that_answer_after_asking():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").tap("a", "y")

    assert (conversation.keys, conversation.answers["a"]) == (["chat.change_to"], "x")
    conversation.press_label("chat.button.yes")
    assert (conversation.answers["a"], conversation.asked) == ("y", "c")
    assert conversation.keys == ["chat.changed", "q/c#text"]


def test_a_no_leaves_the_old_answer_and_asks_what_is_open():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").tap("a", "y").say("no")

    assert (conversation.answers["a"], conversation.asked) == ("x", "c")
    assert conversation.keys == ["chat.stays", "q/c#text"]


def test_an_answer_to_the_open_question_leaves_the_change_unmade():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").tap("a", "y").tap("c", "x")

    assert conversation.answers == {"a": "x", "b": "x", "c": "x"}


def test_a_yes_to_an_earlier_proposal_does_not_confirm_a_later_one():
    conversation = talk(made(choice("a", "x", "y", "z"), *THREE[1:])).tap("a", "x").tap("a", "y")
    yes_to_y = conversation.last.choices[0].data

    conversation.tap("a", "z").press(yes_to_y)

    assert conversation.answers["a"] == "x"


def test_an_old_list_of_several_is_opened_again_with_its_ticks():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "done").tap("signs", "fall").say("yes")

    assert (conversation.asked, conversation.turn.dialogue.picked) == ("signs", ("fever",))


def test_a_later_question_may_be_answered_while_an_earlier_one_is_asked_again():
    conversation = talk(made(*THREE)).tap("a", "x").say("back").tap("b", "y")

    assert conversation.answers == {"a": "x", "b": "y"}


def test_a_tap_on_a_question_that_is_not_asked_any_more_says_so():
    hidden = choice("b", "x", "y", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    conversation = talk(made(THREE[0], hidden, THREE[2])).tap("a", "y").tap("b", "x")

    assert conversation.keys == ["chat.not_asked_now", "q/c#text"]
    assert conversation.answers == {"a": "y"}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "a",
        "a:other:0:0",
        "a:r00000000001:99:0",
        "a:r00000000001:0:77",
        "a:r00000000001:0.5:0",
        "c:menu",
        "é",
    ],
)
def test_buttons_that_are_not_ours_do_nothing(data):
    conversation = talk(made(*THREE)).press(data)

    assert conversation.answers == {}
    assert conversation.asked == "a"


def test_a_dialogue_about_another_response_is_left_behind():
    old = Dialogue(response=ResponseId("old"), asked=Slot("z"), picked=("q",), last_tap="t")
    conversation = talk(made(*THREE), dialogue=old)

    assert conversation.turn.dialogue.response == "r00000000001"
    assert (conversation.asked, conversation.turn.dialogue.last_tap) == ("a", "t")


AT_MOST = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs", "valueInteger": 2}


def test_how_many_may_be_ticked_is_said_before_and_at_the_tick_too_many():
    conversation = talk(made(choice("a", "w", "x", "y", "none!", repeats=True, extension=[AT_MOST])))
    hint = conversation.last.hint

    conversation.tap("a", "w", "x", "y")

    assert (hint.key, hint.values) == ("chat.hint.many_most", {"most": "2"})
    assert conversation.keys == ["chat.check.too_many", "q/a#text"]
    assert [each.picked for each in conversation.last.choices] == [True, True, False, False]


def test_a_tick_may_be_swapped_and_none_clears_all():
    conversation = talk(made(choice("a", "w", "x", "y", "none!", repeats=True, extension=[AT_MOST])))

    conversation.tap("a", "w", "x", "w-0", "y", "none")

    assert conversation.turn.dialogue.picked == ("none",)
