"""Reading numbers with units: 170 cm, 5'7", 11 st 4, 98.6 °F."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from handlers.core.questionnaire import Item, ItemType
from handlers.core.turn import Words
from handlers.core.understanding.folding import bare, bare_known, fold_known, spoken
from handlers.core.understanding.numbers import (
    LONGEST_NUMBER,
    NUMERAL,
    find_number,
    read_number,
    to_decimal,
    western,
    without_marks,
)
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.units import PARTS, SYMBOLS, convert, symbol
from handlers.core.values import Quantity

PLACES_AFTER_CONVERSION = 1

_PAIR = re.compile(rf"\s*([-−+]?(?:{NUMERAL}))\s*([^\d\s.,]*(?:\s?[^\W\d]+)*?\.?)\s*(?=\d|$)")
_QUOTES = str.maketrans({"”": '"', "“": '"', "″": '"', "′": "'", "’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A value in a unit's UCUM code; `unit` is empty where none was given."""

    value: Decimal
    unit: str = ""


def read_quantity(item: Item, text: str, words: Words) -> Outcome:
    """Read an answer to a quantity item, or to a number item that has a unit.

    Quantities keep the unit given where the item takes it; numbers are converted to `default_unit`.
    """
    if item.type is not ItemType.QUANTITY and not item.default_unit:
        return read_number(item, text, words)
    measure = find_measure(text, words) if len(text) <= LONGEST_NUMBER else None
    if measure is None:
        return _loose(item, text, words)
    if not measure.unit:
        return _of_bare(item, measure.value)
    return _of_unit(item, measure)


def find_measure(text: str, words: Words) -> Measure | None:
    """Return the measure that the whole text gives, or None."""
    known = _spellings(words)
    # "I am 67 in": at the end, "in" is a unit and says no "in the year".
    heard = without_marks(western(spoken(text.translate(_QUOTES))), words, ("about", "filler"), known)
    heard = _without_joiners(heard, words)
    pairs: list[tuple[str, str]] = []
    end = 0
    while end < len(heard) and len(pairs) < 3:  # noqa: PLR2004 - no measure has three parts
        found = _PAIR.match(heard, end)
        if found is None:
            return None
        pairs.append((found.group(1), found.group(2).strip(" .")))
        end = found.end()
    return _joined([(to_decimal(n, words.decimal_mark), _unit(known, u)) for n, u in pairs])


def _unit(known: Mapping[str, str], spelt: str) -> str | None:
    """Return the unit that is spelt so, with or without its accents; None for an unknown one."""
    return known.get(spelt) if spelt in known or not bare(spelt) else known.get(bare(spelt))


def _without_joiners(heard: str, words: Words) -> str:
    # 5 feet, 7 inches; 5 feet and 7 inches: only after a unit, never between bare numbers.
    joiners = "|".join(re.escape(fold_known(word)) for word in words.marks.get("and", ()))
    return re.sub(rf"(?<=[^\W\d])(?:\s?[,、]|\s(?:{joiners}))\s?(?=\d)", " ", heard)


def _spellings(words: Words) -> Mapping[str, str]:
    own = {
        spelt: code for word, code in words.units.items() for spelt in (bare_known(word), fold_known(word))
    }
    return {"": "", **own, **SYMBOLS}


def _joined(pairs: list[tuple[Decimal | None, str | None]]) -> Measure | None:
    match pairs:
        case [(Decimal() as value, str() as unit)]:
            return Measure(value, unit)
        case [(Decimal() as large, str() as unit), (Decimal() as small, str() as part)]:
            return _two_steps(large, unit, small, part)
        case _:
            return None


def _two_steps(large: Decimal, unit: str, small: Decimal, part: str) -> Measure | None:
    step = PARTS.get(unit)
    if step is None or part not in {"", step[0]} or not 0 <= small < step[1]:
        return None
    return Measure(large * step[1] + small, step[0])


def _of_unit(item: Item, measure: Measure) -> Outcome:
    taken = [unit.code for unit in item.constraints.units] or [item.default_unit or measure.unit]
    if item.type is ItemType.QUANTITY and (measure.unit in taken or not item.constraints.units):
        if convert(measure.value, measure.unit, taken[0]) is None:
            return _wrong_unit(item)
        return Understood((Quantity(measure.value, measure.unit),))
    target = item.default_unit or taken[0]
    converted = convert(measure.value, measure.unit, target)
    if converted is None:
        return _wrong_unit(item)
    value = measure.value if target == measure.unit else _rounded(item, converted)
    return _valued(item, value, target)


def _of_bare(item: Item, value: Decimal) -> Outcome:
    unit = _own_unit(item)
    # 1.70 where centimetres are asked is a height in metres; it is asked back.
    if unit == "cm" and value < 3 and item.constraints.minimum is not None:  # noqa: PLR2004 - nobody is 3 m tall
        guess = _valued(item, _rounded(item, value * 100), unit)
        return Likely(guess.values) if isinstance(guess, Understood) else guess
    return _valued(item, value, unit)


def _loose(item: Item, text: str, words: Words) -> Outcome:
    # "I weigh 120 jin": behind words that say nothing, the unit still counts.
    digit = re.search(r"\d", text)
    measure = find_measure(text[digit.start() :], words) if digit and len(text) <= LONGEST_NUMBER else None
    if measure is not None and measure.unit:
        meant = _of_unit(item, measure)
        return Likely(meant.values) if isinstance(meant, Understood) else meant
    reading = find_number(text, words)
    if reading is None:
        return _no_number(item)
    outcome = _of_bare(item, reading.value)
    return Likely(outcome.values) if isinstance(outcome, Understood) and not reading.sure else outcome


def _no_number(item: Item) -> NotUnderstood:
    unit = _own_unit(item)
    if not unit:
        return NotUnderstood("chat.not_understood.decimal")
    return NotUnderstood("chat.not_understood.quantity", {"unit": symbol(unit)})


def _valued(item: Item, value: Decimal, unit: str) -> Outcome:
    if item.type is ItemType.QUANTITY:
        return Understood((Quantity(value, unit),))
    if item.type is ItemType.DECIMAL:
        return Understood((value,))
    if value != value.to_integral_value():
        return NotUnderstood("chat.not_understood.whole_number")
    return Understood((int(value),))


def _rounded(item: Item, value: Decimal) -> Decimal:
    places = item.constraints.max_decimal_places
    if item.type is ItemType.INTEGER:
        places = 0
    return round(value, PLACES_AFTER_CONVERSION if places is None else places)


def _own_unit(item: Item) -> str:
    units = item.constraints.units
    return item.default_unit or (units[0].code if units else "")


def _wrong_unit(item: Item) -> NotUnderstood:
    units = [unit.display or symbol(unit.code) for unit in item.constraints.units] or [
        symbol(item.default_unit)
    ]
    return NotUnderstood("chat.not_understood.unit", {"units": ", ".join(units)})
