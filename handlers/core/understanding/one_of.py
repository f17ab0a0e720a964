"""Reading an answer to a number, an amount, a date or a time of which a list is given.

Where the options are numbers, 2 is the value before it is the second option; a place that is not meant
for certain is asked back.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from handlers.core.comparing import same
from handlers.core.questionnaire import Option
from handlers.core.turn import Words
from handlers.core.understanding.choices import LONGEST_CHOICE, Menu, unknown
from handlers.core.understanding.folding import fold, fold_known
from handlers.core.understanding.numbers import place_meant
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.values import Quantity

Reader = Callable[[str], Outcome]
"""Reads a text as a value of the item's type, whatever its options are."""
_BETWEEN: Final = r"[,、;،\n]"


def read_one_of(text: str, menu: Menu, words: Words, read: Reader, *, several: bool) -> Outcome:
    """Read one of the options by its value or its place; with `several`, more of them side by side."""
    if len(text) > LONGEST_CHOICE or not menu.options:
        return unknown(menu)
    whole = _one(text, menu, words, read)
    if whole is not None or not several:
        return whole or unknown(menu)
    each = [_one(part, menu, words, read) for part in _parts(text, words)]
    found = [one for one in each if one is not None]
    if not found or len(found) != len(each):
        return unknown(menu)
    values = tuple(dict.fromkeys(value for one in found for value in one.values))
    return Understood(values) if all(isinstance(one, Understood) for one in found) else Likely(values)


def _one(text: str, menu: Menu, words: Words, read: Reader) -> Understood | Likely | None:
    outcome = read(text)
    if not isinstance(outcome, NotUnderstood):
        option = next((one for one in menu.options if same(outcome.values[0], one.value)), None)
        if option is not None:
            return type(outcome)((option.value,))
    place = place_meant(fold(text), words)
    if place is None or not 1 <= place <= len(menu.options):
        return None
    value = menu.options[place - 1].value
    return Likely((value,)) if any(map(_is_number, menu.options)) else Understood((value,))


def _is_number(option: Option) -> bool:
    return isinstance(option.value, int | Decimal | Quantity)


def _parts(text: str, words: Words) -> list[str]:
    joiners = [re.escape(fold_known(word)) for word in words.marks.get("and", ())]
    pattern = "|".join((_BETWEEN, *(rf"\s{word}\s" for word in joiners)))
    return [part for part in re.split(pattern, text) if part.strip()]
