import pytest

from handlers.core.surrogates import mended


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("plain", "plain"),
        ("手🙂", "手🙂"),
        ("a\ud83db", "a\ufffdb"),
        ("\ud83d\ude42", "🙂"),
        ("\ude42", "\ufffd"),
    ],
)
def test_a_lone_half_of_a_character_is_replaced_and_two_halves_are_joined(text, whole):
    assert mended(text) == whole
