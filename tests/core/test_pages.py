"""What stands alone is one tap away on every page of a long list."""

import pytest

from handlers.core.limits import LIMITS
from handlers.core.values import ChannelKind
from tests.core.builders.talk import Talk, choice, made, talk

WHATSAPP = ChannelKind.WHATSAPP
MANY = [f"c{number}" for number in range(15)]


def pages(conversation: Talk) -> list[list[str]]:
    """Return the labels of every page, in order."""
    found = [conversation.labels]
    while (labels := conversation.press_label("chat.button.more").labels) != found[0]:
        found.append(labels)
    return found


@pytest.mark.parametrize("alone", [("none!",), ("none!", "ns!"), ("ns",)])
def test_options_that_stand_alone_are_on_every_page(alone):
    found = pages(talk(made(choice("a", *MANY, *alone)), channel=WHATSAPP))

    last = [*(code.rstrip("!").title() for code in alone), "chat.button.more"]
    assert [page[-len(last) :] for page in found] == [last] * len(found)
    assert max(map(len, found)) == LIMITS[WHATSAPP].rows


def test_every_option_is_on_some_page():
    found = pages(talk(made(choice("a", *MANY, "none!")), channel=WHATSAPP))

    assert {label for page in found for label in page} >= {code.title() for code in (*MANY, "none")}


def test_a_number_means_the_same_option_on_every_page():
    conversation = talk(made(choice("a", "none!", *MANY)), channel=WHATSAPP)

    assert conversation.press_label("chat.button.more").say("12").answers == {"a": "c10"}


def test_more_options_that_stand_alone_than_a_page_can_spare_take_turns_like_the_others():
    found = pages(talk(made(choice("a", *MANY, "w!", "x!", "y!", "z!")), channel=WHATSAPP))

    assert [page[0] for page in found] == ["C0", "C8", "X"]
