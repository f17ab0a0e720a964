"""Reading one typed text as the answer to one item."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import assert_never

from handlers.core.frozen import replace
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.turn import Words
from handlers.core.understanding.choices import (
    LONGEST_CHOICE,
    MIXED,
    Menu,
    menu_of,
    pick,
    read_boolean,
    read_choice,
    refuse_mixed_exclusive,
    unknown,
)
from handlers.core.understanding.dates import read_date
from handlers.core.understanding.folding import clean, is_blank
from handlers.core.understanding.label_words import detailed, guess_by_words
from handlers.core.understanding.one_of import read_one_of
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.understanding.quantities import read_quantity
from handlers.core.understanding.times import read_moment, read_time
from handlers.core.understanding.urls import read_url
from handlers.core.understanding.vocabulary import match_vocabulary
from handlers.core.values import Coding, Value

MOST_PARTS = 30
_CHOICES = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})
_SEPARATORS = re.compile(r"[,、;،\n]")


def understand(  # noqa: PLR0913 - one item, one text, and what the language knows
    item: Item,
    text: str,
    *,
    words: Words,
    questionnaire: Questionnaire,
    today: date,
    allowed: frozenset[str] | None = None,
    vocabulary: Mapping[str, str] | None = None,
    zone: str = "UTC",
) -> Outcome:
    """Return what `text` means as the answer to `item`; never raises, whatever the text.

    `allowed` holds the option codes that are shown (None: all); numbers count only these.
    `vocabulary` maps spellings, lower-case, to codes. `zone` (IANA) is where typed times are local.
    Constraints are left to `check`.
    """
    if is_blank(text):
        return NotUnderstood("chat.not_understood.empty")
    outcome = _read(
        item,
        text,
        words=words,
        questionnaire=questionnaire,
        today=today,
        allowed=allowed,
        vocabulary=vocabulary or {},
        zone=zone,
    )
    if isinstance(outcome, NotUnderstood) and item.example and outcome.key in _GENERAL:
        return NotUnderstood("chat.not_understood.example", {"example": item.example})
    return outcome


_GENERAL = frozenset(
    f"chat.not_understood.{kind}"
    for kind in ("words", "integer", "decimal", "quantity", "date", "partial_date", "time", "moment", "url")
)
"""Keys whose own example gives way to the item's."""


def _read(  # noqa: PLR0913 - one item, one text, and what the language knows
    item: Item,
    text: str,
    *,
    words: Words,
    questionnaire: Questionnaire,
    today: date,
    allowed: frozenset[str] | None,
    vocabulary: Mapping[str, str],
    zone: str,
) -> Outcome:
    read = partial(_read_value, item, words=words, today=today, zone=zone)
    if not (item.options or item.type in _CHOICES):
        return read(text)
    menu = menu_of(item, questionnaire, words, allowed)
    if item.type is ItemType.OPEN_CHOICE:
        return _open(item, text, menu, words, vocabulary)
    if item.type in {ItemType.CHOICE, ItemType.STRING}:
        return _listed(text, item, questionnaire, menu, words)
    return read_one_of(text, menu, words, read, several=item.repeats)


def _read_value(item: Item, text: str, *, words: Words, today: date, zone: str) -> Outcome:
    """Read a value of the item's type, whatever options it has."""
    match item.type:
        case ItemType.BOOLEAN:
            return read_boolean(text, words)
        case ItemType.INTEGER | ItemType.DECIMAL | ItemType.QUANTITY:
            return read_quantity(item, text, words)
        case ItemType.DATE:
            return read_date(item, text, words, today=today)
        case ItemType.DATETIME:
            return read_moment(item, text, words, today=today, zone=zone)
        case ItemType.TIME:
            return read_time(text, words)
        case ItemType.URL:
            return read_url(text)
        case ItemType.STRING | ItemType.TEXT:
            return Understood((clean(text),))
        case ItemType.ATTACHMENT:
            return NotUnderstood("chat.not_understood.attachment")
        case ItemType.GROUP | ItemType.DISPLAY | ItemType.CHOICE | ItemType.OPEN_CHOICE:
            return NotUnderstood("chat.not_understood.any")
        case _:
            assert_never(item.type)


def _listed(text: str, item: Item, questionnaire: Questionnaire, menu: Menu, words: Words) -> Outcome:
    outcome = read_choice(item, text, menu, words)
    if outcome != unknown(menu):
        return outcome
    longer = detailed(item, questionnaire, menu, words)
    return guess_by_words(text, menu, words) or guess_by_words(text, longer, words) or outcome


def _open(item: Item, text: str, menu: Menu, words: Words, vocabulary: Mapping[str, str]) -> Outcome:
    outcome = _one_open(item, text, menu, words, vocabulary)
    if outcome is None and vocabulary and not any(char.isalpha() for char in text):
        # A bare number is the place of an option only where options are shown, and it is no name.
        return unknown(menu) if menu.options else NotUnderstood("chat.not_understood.words")
    if outcome is not None or not item.repeats:
        return outcome or Understood((clean(text),))
    listed = read_choice(item, text, menu, words)
    if not isinstance(listed, NotUnderstood) or listed.key == MIXED:
        return listed
    return refuse_mixed_exclusive(_each_open(item, text, menu, words, vocabulary), menu)


def _each_open(
    item: Item, text: str, menu: Menu, words: Words, vocabulary: Mapping[str, str]
) -> Understood | Likely:
    """Read a list with commas in which options and own words may stand side by side."""
    parts = [part for part in _SEPARATORS.split(text) if part.strip()]
    if not 1 < len(parts) <= MOST_PARTS:
        return Understood((clean(text),))
    each = [_one_open(item, part, menu, words, vocabulary) or Understood((clean(part),)) for part in parts]
    values = tuple(dict.fromkeys(value for one in each for value in one.values))
    return Understood(values) if all(isinstance(one, Understood) for one in each) else Likely(values)


def _one_open(
    item: Item, text: str, menu: Menu, words: Words, vocabulary: Mapping[str, str]
) -> Understood | Likely | None:
    listed = pick(text, menu, words) if menu.options and len(text) <= LONGEST_CHOICE else None
    if listed is not None or not vocabulary:
        return listed
    matched = match_vocabulary(text, vocabulary)
    if matched is None:
        return None
    system = next((o.value.system for o in item.options if isinstance(o.value, Coding)), "")
    return replace(matched, values=tuple(_in_system(value, system) for value in matched.values))


def _in_system(value: Value, system: str) -> Value:
    return replace(value, system=system) if isinstance(value, Coding) else value
