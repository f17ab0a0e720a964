"""Quantities that rules compare and that may be known only within bounds: age, months, BMI, a score.

A `Span` is (least, most); a comparison that holds for part of it only cannot be decided.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Final

from handlers.core.units import convert
from handlers.core.values import Coding, PartialDate, Quantity, Value

Span = tuple[Decimal, Decimal]

_MONTHS: Final = 12
_METRES: Final = Decimal(3)
"""A bare height up to here is in metres, above it in centimetres."""

_ORDER: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge, "monthsSinceLt": lt, "monthsSinceGte": ge}
)


class Truth(StrEnum):
    """What an expression says: Kleene's three values."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def truth(holds: bool) -> Truth:  # noqa: FBT001  the one thing it is about
    """Return the truth of a plain yes or no."""
    return Truth.TRUE if holds else Truth.FALSE


def compared(span: Span | None, op: str, value: object) -> Truth:
    """Compare a span with a number; raise KeyError for an operator that is none."""
    holds = _ORDER[op]
    if span is None:
        return Truth.UNKNOWN
    bound = Decimal(str(value))
    ends = {holds(end, bound) for end in span}
    return truth(ends.pop()) if len(ends) == 1 else Truth.UNKNOWN


def is_order(op: str) -> bool:
    """Say whether an operator compares numbers."""
    return op in _ORDER


def number(value: Value) -> Span | None:
    """Return a number, a quantity's number or a code that is a number."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return Decimal(value), Decimal(value)
        case Quantity():
            return value.value, value.value
        case Coding() if value.code.isascii() and value.code.isdigit():
            return Decimal(value.code), Decimal(value.code)
        case _:
            return None


def months_since(when: Value, today: date) -> Span | None:
    """Return the full months from a date, known to the year, month or day, up to `today`."""
    if not isinstance(when, PartialDate):
        return None
    if when.month is None:
        ends = (date(when.year, _MONTHS, 1), date(when.year, 1, 1))
        return Decimal(_months(ends[0], today)), Decimal(_months(ends[1], today))
    months = Decimal(_months(date(when.year, when.month, when.day or 1), today))
    return months, months


def age(born: Value, today: date) -> Span | None:
    """Return the full years from a birth date, known to the year, month or day, up to `today`."""
    if not isinstance(born, PartialDate):
        return None
    month = born.month or _MONTHS
    last = date(born.year, month, born.day or monthrange(born.year, month)[1])
    return Decimal(_months(last, today) // _MONTHS), Decimal(_months(born.first_day(), today) // _MONTHS)


def body_mass_index(height: Value, weight: Value) -> Span | None:
    """Return kg / m² from a height (bare numbers are cm, or m up to 3) and a weight (bare: kg)."""
    metres, kilograms = _in_unit(height, "m", "cm"), _in_unit(weight, "kg", "kg")
    if not metres or kilograms is None:
        return None
    index = kilograms / metres**2
    return index, index


def total(parts: list[Span | None], most_each: int) -> Span:
    """Return the sum of a score's parts; a part that is not known lies from 0 to `most_each`."""
    known = [part or (Decimal(0), Decimal(most_each)) for part in parts]
    return sum((low for low, _ in known), Decimal(0)), sum((high for _, high in known), Decimal(0))


def _months(start: date, today: date) -> int:
    months = (today.year - start.year) * _MONTHS + today.month - start.month
    return months - (today.day < start.day)


def _in_unit(value: Value, unit: str, bare: str) -> Decimal | None:
    span = number(value)
    if span is None:
        return None
    given = value.unit if isinstance(value, Quantity) else ""
    if not given and unit == "m" and span[0] <= _METRES:
        given = "m"
    return convert(span[0], given or bare, unit)
