"""Comparing answer values as FHIR means it: same kinds only, dates by their precision."""

from calendar import monthrange
from datetime import date, datetime, time
from decimal import Decimal

from handlers.core.questionnaire import Operator
from handlers.core.units import convert
from handlers.core.values import Coding, PartialDate, Quantity, Value

_DECEMBER = 12
_PLACES = 9
"""After the point: what is left of a conversion beyond them is no difference."""


def same(one: Value, other: Value) -> bool:
    """Say whether two values are equal; codings by code, and by system where both have one."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case Coding(), Coding():
            return one.code == other.code and (
                one.system == other.system or not (one.system and other.system)
            )
        case PartialDate(), PartialDate():
            return str(one) == str(other)
        case Quantity(), Quantity():
            return _order_of_quantities(one, other) == 0
        case _:
            return one == other


def compared(one: Value, operator: Operator, other: Value) -> bool:
    """Say whether `one` is greater, less … than `other`; false where that cannot be said."""
    order = _order(one, other)
    match operator:
        case Operator.GREATER:
            return order == 1
        case Operator.LESS:
            return order == -1
        case Operator.AT_LEAST:
            return order in {0, 1}
        case Operator.AT_MOST:
            return order in {0, -1}
        case Operator.EXISTS | Operator.EQUALS | Operator.DIFFERS:
            return False


def _order(one: Value, other: Value) -> int | None:
    """Return -1, 0 or 1, or None for values that have no order between them."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return None
        case ((int() | Decimal()), (int() | Decimal())):
            return (one > other) - (one < other)
        case Quantity(), Quantity():
            return _order_of_quantities(one, other)
        case PartialDate(), PartialDate():
            return _order_of_dates(one, other)
        case (datetime(), datetime()) | (time(), time()):
            return (one > other) - (one < other)  # type: ignore[operator]
        case _:
            return None


def _order_of_dates(one: PartialDate, other: PartialDate) -> int | None:
    if str(one) == str(other):
        return 0
    if _last_day(one) < other.first_day():
        return -1
    return 1 if one.first_day() > _last_day(other) else None


def _last_day(value: PartialDate) -> date:
    month = value.month or _DECEMBER
    return date(value.year, month, value.day or monthrange(value.year, month)[1])


def _order_of_quantities(one: Quantity, other: Quantity) -> int | None:
    """Return the order of two quantities, None where their units measure different things.

    A quantity without a unit has the unit of the other.
    """
    unit = other.unit or one.unit
    value = convert(one.value, one.unit or unit, unit)
    return None if value is None else _order(round(value, _PLACES), round(other.value, _PLACES))
