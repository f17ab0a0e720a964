"""Questions that take several answers."""

from handlers.core import step as engine
from tests.core.builders.talk import load, talk


def test_taps_tick_and_done_stores():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "fall")

    assert [each.picked for each in conversation.last.choices] == [True, True, False]
    assert conversation.tap("signs", "done").answers == {"signs": ["fever", "fall"]}


def test_a_tick_is_taken_back_by_the_button_that_shows_it():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "fall", "fever-0", "done")

    assert conversation.answers == {"signs": "fall"}


def test_an_option_that_stands_alone_clears_the_others():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "none")

    assert conversation.turn.dialogue.picked == ("none",)
    assert conversation.tap("signs", "fall").turn.dialogue.picked == ("fall",)


def test_a_typed_list_stores_all_at_once():
    assert talk(load("multi-choice")).say("1 and 2").answers == {"signs": ["fever", "fall"]}


def test_done_without_a_tick_asks_for_one():
    conversation = talk(load("multi-choice")).tap("signs", "done")

    assert conversation.keys[0] == "chat.pick_first"
    assert conversation.answers == {}


def test_ticks_survive_a_pause():
    conversation = talk(load("multi-choice")).tap("signs", "fever").begin().tap("signs", "done")

    assert conversation.answers == {"signs": "fever"}


def test_a_repeating_question_takes_one_answer_after_another_until_done():
    conversation = talk(load("constraints"))
    conversation.do(engine.skip).do(engine.skip).do(engine.skip).do(engine.skip)

    conversation.say("Japanese")

    assert conversation.keys == ["chat.another_value"]
    assert conversation.labels == []
    assert conversation.say("English").labels == ["chat.button.done"]
    assert conversation.tap("langs", "done").answers["langs"] == ["Japanese", "English"]


def test_a_repeating_question_goes_on_by_itself_when_there_are_enough():
    conversation = talk(load("constraints"))
    conversation.do(engine.skip).do(engine.skip).do(engine.skip).do(engine.skip)

    assert conversation.say("a", "b", "c").turn.done


def test_a_repeating_group_asks_for_another_one():
    conversation = talk(load("repeating-group")).say("Levodopa").tap("daily", "no", instance=(0,))

    assert conversation.keys == ["chat.you_said", "chat.another_one"]
    assert conversation.tap("medicines", "yes", instance=(0,)).asked == "name#1"


def test_a_typed_no_ends_a_repeating_group():
    conversation = talk(load("repeating-group")).say("Levodopa", "no", "no")

    assert conversation.asked == "after"
    assert conversation.answers == {"name#0": "Levodopa", "daily#0": False, "medicines#0": False}
