"""Which language a text is probably in, by its letters alone: for one line to somebody nobody knows."""

import re
from typing import Final

_BY_LETTERS: Final = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ar", re.compile("[\u0621-\u064a]")),
    ("vi", re.compile("[\u1ea0-\u1ef9\u0103\u0111\u01a1\u01b0]", re.IGNORECASE)),
    ("zh-Hans", re.compile("[\u4e00-\u9fff]")),
)
"""Kana before Chinese characters: Japanese is written in both."""


def language_by_letters(text: str) -> str:
    """Return the language whose own letters stand in a text; "" where its letters say nothing."""
    return next((language for language, letters in _BY_LETTERS if letters.search(text)), "")
