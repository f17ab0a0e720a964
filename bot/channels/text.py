"""Texts in the lengths that the services take, and lists with numbers. Pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from handlers.core.limits import utf16_units
from handlers.core.messages import Button
from handlers.core.surrogates import mended

_BREAKS = ("\n\n", "\n", " ")
"""Where a text may be cut, best first."""


def clean(text: str) -> str:
    """Return `text` without control characters (line breaks stay) and without lone surrogates."""
    lines = mended(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char) != "Cc")


def one_line(text: str) -> str:
    """Return `text` cleaned and on one line, as a button's label needs it."""
    return " ".join(clean(text).split())


def split_text(text: str, limit: int) -> list[str]:
    """Return `text` in parts of at most `limit` UTF-16 units, cut between paragraphs, lines or words.

    Only a word longer than a part is cut within, and no character ever is. Blank text has no parts.
    """
    return list(_parts(text.strip(), limit))


def numbered(labels: Iterable[str]) -> str:
    """Return the labels as lines "1. label", counted from 1."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))


def details(buttons: Sequence[Button]) -> str:
    """Return the explanations of the buttons that have one, a line each."""
    return "\n".join(f"{button.label}: {button.detail}" for button in buttons if button.detail)


def columns(text: str) -> int:
    """Return how wide `text` is shown: a full-width character counts two, a combining mark none."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _parts(text: str, limit: int) -> Iterator[str]:
    while utf16_units(text) > limit:
        at = _cut(text, _fitting(text, limit))
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    if text:
        yield text


def _fitting(text: str, limit: int) -> int:
    """Return how many of the first characters fit into `limit` units."""
    units = 0
    for index, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1  # noqa: PLR2004 - beyond it UTF-16 needs a pair
        if units > limit:
            return index
    return len(text)


def _cut(text: str, longest: int) -> int:
    # A part should not be less than half full for the sake of a nicer break.
    for mark in _BREAKS:
        at = text.rfind(mark, longest // 2, longest + len(mark))
        if at > 0:
            return at
    return longest
