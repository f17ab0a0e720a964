"""Questions whose answer can be RED."""

import pytest

from handlers.core.values import (
    ChannelKind,
)
from tests.core.builders.talk import choice, made, talk

WHATSAPP = ChannelKind.WHATSAPP


MANY = tuple(f"c{n}" for n in range(12))


def red(*codes, **more):
    questionnaire = made(choice("a", *codes, **more), choice("b", "x"))
    return talk(questionnaire, channel=WHATSAPP, red=frozenset({"a"}))


def test_a_safety_question_that_fits_is_asked_like_any_other():
    assert red("x", "none!").labels == ["X", "None"]


def test_a_safety_question_that_does_not_fit_shows_all_its_options_in_the_text():
    conversation = red(*MANY, "none!", repeats=True)

    assert conversation.labels == ["chat.button.none_of_these", "chat.button.one_of_these"]
    assert conversation.keys == ["q/a#text", "chat.lines"]


def test_none_of_these_is_stored_at_once():
    assert red(*MANY, "none!", repeats=True).press_label("chat.button.none_of_these").answers == {"a": "none"}


@pytest.mark.parametrize("heard", ["no", "none"])
def test_none_of_these_may_be_typed(heard):
    assert red(*MANY, "none!", repeats=True).say(heard).answers == {"a": "none"}


def test_yes_brings_the_card_first_and_then_the_list():
    conversation = red(*MANY, "none!", repeats=True).press_label("chat.button.one_of_these")

    card, question = conversation.turn.says

    assert (card.card, card.texts[0].key) == (True, "cards.red")
    assert len(question.choices) == 9


def test_the_list_of_a_safety_question_is_paged_and_ticked():
    conversation = red(*MANY, "none!", repeats=True).say("yes").press_label("chat.button.more")

    conversation.tap("a", "c9", "done")

    assert conversation.answers == {"a": "c9"}


def test_yes_on_an_old_safety_question_brings_the_card_at_once():
    conversation = red(*MANY, "none!", repeats=True).press_label("chat.button.none_of_these")

    conversation.tap("a", "yes")

    assert conversation.turn.says[0].card
    assert conversation.asked == "a"
