"""Numbers by taps: a height, a scale, and what has no pad."""

import pytest

from handlers.core.values import ChannelKind
from tests.core.builders.talk import made, talk
from tests.core.test_pads import DOSE, HEIGHT, NEXT, SCALE, press


@pytest.mark.parametrize("channel", list(ChannelKind))
def test_a_height_takes_two_taps(channel):
    conversation = press(talk(made(HEIGHT, NEXT), channel=channel), "170-179", "172-cm")

    assert conversation.answers == {"height": {"value": 172, "unit": "cm"}}


@pytest.mark.parametrize(
    ("typed", "stored"), [("1.72", None), ("5 ft 8", 172.7), ("172", 172), ("5'8\"", 172.7), ("300", None)]
)
def test_a_height_may_be_typed_in_any_unit(typed, stored):
    conversation = talk(made(HEIGHT, NEXT)).say(typed)

    assert conversation.answers == ({} if stored is None else {"height": {"value": stored, "unit": "cm"}})


def test_a_scale_is_one_tap():
    assert press(talk(made(SCALE, NEXT)), "7").answers == {"scale": 7}


def test_a_number_without_limits_has_no_pad():
    assert talk(made(DOSE)).labels == ["chat.button.unsure"]
