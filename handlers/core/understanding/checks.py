"""Whether an answer keeps to its item's constraints; the first that it breaks is named."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import partial
from typing import Final

from handlers.core.messages import Phrase
from handlers.core.questionnaire import Constraints, Item
from handlers.core.understanding.patterns import is_safe_regex, matches
from handlers.core.units import convert, symbol
from handlers.core.values import FileRef, PartialDate, Quantity, Url, Value

LONGEST_TEXT = 20_000
"""Characters kept of one text where the item sets no limit of its own."""
MEGABYTE = 1_000_000


def check(item: Item, values: tuple[Value, ...], *, today: date, birth: date | None = None) -> Phrase | None:
    """Return why `values` cannot stand as the answer to `item`, or None when they can.

    Nothing is checked against the list of options. `birth` is the patient's birth date, where known.
    """
    reasons = (reason for value in values for reason in _reasons(item, value, today, birth))
    return _count(item.constraints, len(values), repeats=item.repeats) or next(reasons, None)


_UNSAID: Final = frozenset({"", "application/octet-stream"})


def check_file(item: Item, *, mime: str, size: int | None) -> Phrase | None:
    """Return why a file of this type and size (bytes, None if unknown) is refused, or None.

    A type that is not said (as of many scans) is left to the content, which is looked into later.
    """
    limits = item.constraints
    is_said = mime not in _UNSAID
    if is_said and limits.mime_types and not any(fnmatchcase(mime, one) for one in limits.mime_types):
        return Phrase("chat.check.file_type", {"types": _type_names(limits.mime_types)})
    if limits.max_size is not None and size is not None and size > limits.max_size:
        return Phrase("chat.check.file_size", {"most": f"{limits.max_size / MEGABYTE:g}"})
    return None


def _count(limits: Constraints, number: int, *, repeats: bool) -> Phrase | None:
    most = limits.max_occurs if repeats else 1
    if most is not None and number > most:
        return Phrase("chat.check.too_many", {"most": str(most)})
    if limits.min_occurs is not None and number < limits.min_occurs and repeats:
        return Phrase("chat.check.too_few", {"least": str(limits.min_occurs)})
    return None


def _reasons(item: Item, value: Value, today: date, birth: date | None) -> Iterator[Phrase]:
    limits = item.constraints
    found: Phrase | None = None
    match value:
        case bool():
            return
        case FileRef():
            found = check_file(item, mime=value.mime, size=None)
        case str():
            found = _text(item, value)
        case Url():
            found = _text(item, value.value)
        case int() | Decimal():
            found = _number(item, Decimal(value))
        case Quantity():
            found = _quantity(limits, value)
        case PartialDate():
            found = _date(limits, value, today, birth)
        case datetime() | time():
            found = _range(limits, partial(_compare_times, value))
        case _:
            return
    if found is not None:
        yield found


def _text(item: Item, text: str) -> Phrase | None:
    limits, length = item.constraints, len(text)
    most = limits.max_length if limits.max_length is not None else LONGEST_TEXT
    if length > most:
        return Phrase("chat.check.too_long", {"most": str(most), "length": str(length)})
    if limits.min_length is not None and length < limits.min_length:
        return Phrase("chat.check.too_short", {"least": str(limits.min_length)})
    if limits.regex and is_safe_regex(limits.regex) and not matches(limits.regex, text):
        return _pattern(item)
    return None


def _pattern(item: Item) -> Phrase:
    if item.example:
        return Phrase("chat.check.pattern_example", {"example": item.example})
    return Phrase("chat.check.pattern")


def _number(item: Item, value: Decimal) -> Phrase | None:
    compare = partial(_compare_numbers, value)
    return _places(item.constraints, value) or _range(item.constraints, compare, symbol(item.default_unit))


def _places(limits: Constraints, value: Decimal) -> Phrase | None:
    places = limits.max_decimal_places
    exponent = value.normalize().as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        key = "decimals" if places else "no_decimals"
        return Phrase(f"chat.check.{key}", {"places": str(places)})
    return None


def _quantity(limits: Constraints, value: Quantity) -> Phrase | None:
    return _places(limits, value.value) or _range(limits, partial(_compare_quantities, value))


def _range(limits: Constraints, compare: Callable[[Value], int], unit: str = "") -> Phrase | None:
    if limits.minimum is not None and compare(limits.minimum) < 0:
        return Phrase("chat.check.too_small", {"least": f"{_shown(limits.minimum)} {unit}".strip()})
    if limits.maximum is not None and compare(limits.maximum) > 0:
        return Phrase("chat.check.too_large", {"most": f"{_shown(limits.maximum)} {unit}".strip()})
    return None


def _compare_numbers(value: Decimal, bound: Value) -> int:
    number = bound.value if isinstance(bound, Quantity) else bound
    return _order(value, Decimal(number)) if isinstance(number, int | Decimal) else 0


def _compare_quantities(value: Quantity, bound: Value) -> int:
    if not isinstance(bound, Quantity):
        return _compare_numbers(value.value, bound)
    converted = convert(value.value, value.unit or bound.unit, bound.unit)
    return 0 if converted is None else _order(converted, bound.value)


def _compare_times(value: datetime | time, bound: Value) -> int:
    if isinstance(value, datetime) and isinstance(bound, datetime):
        return (value > bound) - (value < bound)
    if isinstance(bound, time) and isinstance(value, time):
        return (value > bound) - (value < bound)
    return 0


def _order(one: Decimal, other: Decimal) -> int:
    return (one > other) - (one < other)


def _date(limits: Constraints, value: PartialDate, today: date, birth: date | None) -> Phrase | None:
    if limits.not_future and value.first_day() > today:
        return Phrase("chat.check.future")
    if limits.not_past and _is_before(value, PartialDate(today.year, today.month, today.day)):
        return Phrase("chat.check.past")
    if limits.max_months_ahead is not None and _is_before(month_ahead(today, limits.max_months_ahead), value):
        return Phrase("chat.check.far_ahead", {"months": str(limits.max_months_ahead)})
    if birth is not None and _is_before(value, PartialDate(birth.year, birth.month, birth.day)):
        return Phrase("chat.check.before_birth")
    return _age(limits, value, today) or _date_range(limits, value)


def month_ahead(today: date, months: int) -> PartialDate:
    """Return the month that is so many months after today's."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return PartialDate(year, month + 1)


def _age(limits: Constraints, value: PartialDate, today: date) -> Phrase | None:
    born = value.first_day()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if limits.min_age_years is not None and years < limits.min_age_years:
        return Phrase("chat.check.too_young", {"years": str(limits.min_age_years)})
    if limits.max_age_years is not None and years > limits.max_age_years:
        return Phrase("chat.check.too_old", {"years": str(limits.max_age_years)})
    return None


def _date_range(limits: Constraints, value: PartialDate) -> Phrase | None:
    least, most = limits.minimum, limits.maximum
    if isinstance(least, PartialDate) and _is_before(value, least):
        return Phrase("chat.check.too_early", {"least": str(least)})
    if isinstance(most, PartialDate) and _is_before(most, value):
        return Phrase("chat.check.too_late", {"most": str(most)})
    return None


def _is_before(one: PartialDate, other: PartialDate) -> bool:
    return _shared(one, other) < _shared(other, one)


def _shared(value: PartialDate, other: PartialDate) -> tuple[int, int, int]:
    """Return year, month, day of `value`, 0 where either of the two does not know it."""
    month = value.month if value.month and other.month else None
    return value.year, month or 0, (value.day or 0) if month and other.day else 0


def _shown(bound: Value) -> str:
    if isinstance(bound, Quantity):
        return f"{bound.value:f} {symbol(bound.unit)}".strip()
    if isinstance(bound, Decimal):
        return f"{bound:f}"
    return bound.isoformat(timespec="minutes") if isinstance(bound, datetime | time) else str(bound)


def _type_names(mime_types: tuple[str, ...]) -> str:
    names = (mime.rpartition("/")[2].rpartition(".")[2].upper() for mime in mime_types)
    return ", ".join(dict.fromkeys(names))
