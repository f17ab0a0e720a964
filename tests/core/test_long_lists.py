"""Lists that need pages, and options that are not offered."""

from handlers.core.values import (
    ChannelKind,
)
from tests.core.builders.talk import choice, made, talk

WHATSAPP = ChannelKind.WHATSAPP


MANY = tuple(f"c{n}" for n in range(12))


def test_a_list_that_does_not_fit_comes_in_pages():
    conversation = talk(made(choice("a", *MANY)), channel=WHATSAPP)

    assert len(conversation.last.choices) == 9
    assert conversation.labels[-1] == "chat.button.more"
    assert conversation.press_label("chat.button.more").labels[:4] == ["C8", "C9", "C10", "C11"]


def test_the_page_after_the_last_is_the_first():
    conversation = talk(made(choice("a", *MANY)), channel=WHATSAPP)

    conversation.press_label("chat.button.more").press_label("chat.button.more")

    assert conversation.labels[0] == "C0"


def test_numbers_count_over_all_pages():
    assert talk(made(choice("a", *MANY)), channel=WHATSAPP).say("12").answers == {"a": "c11"}


def test_more_may_be_typed():
    assert talk(made(choice("a", *MANY)), channel=WHATSAPP).say("more").labels[0] == "C8"


def test_the_row_for_side_doors_shows_them_as_buttons():
    conversation = talk(made(choice("a", *MANY)), channel=WHATSAPP).tap("a", "keys")

    doors = [each.label.key.rpartition(".")[2] for each in conversation.last.choices]
    assert doors == ["unsure", "skip", "why", "emergency", "menu"]


def test_options_that_the_clinic_does_not_offer_are_not_shown():
    conversation = talk(made(choice("a", "x", "y", "z")), shown={"a": frozenset({"y", "z"})})

    assert conversation.labels == ["Y", "Z"]
    assert conversation.tap("a", "x").answers == {}
    assert conversation.say("1").answers == {"a": "y"}
