"""What an answer must keep to: item.maxLength and the constraint extensions."""

import re
import warnings
from decimal import Decimal

from handlers.core.comparing import compared
from handlers.core.fhir import extensions as ext
from handlers.core.fhir.node import Node
from handlers.core.fhir.values import fitted, read_any, read_coding, read_decimal
from handlers.core.questionnaire import Constraints, ItemType, Operator
from handlers.core.values import Coding, Quantity, Value

MEGABYTE = 1_000_000
_LONGEST_REGEX = 1000


def read_constraints(node: Node, type_: ItemType) -> Constraints:
    """Return an item's constraints; raise PackError for one that nothing could ever meet."""
    found = Constraints(
        minimum=bound(node, type_, ext.MIN_VALUE),
        maximum=bound(node, type_, ext.MAX_VALUE),
        min_length=node.extended_whole(ext.MIN_LENGTH),
        max_length=node.whole("maxLength"),
        regex=_regex(node),
        max_decimal_places=node.extended_whole(ext.MAX_DECIMAL_PLACES),
        mime_types=tuple(entry.text("valueCode") for entry in node.extensions(ext.MIME_TYPE)),
        max_size=_max_size(node),
        min_occurs=node.extended_whole(ext.MIN_OCCURS),
        max_occurs=node.extended_whole(ext.MAX_OCCURS),
        units=_units(node),
        partial_date=bool(node.extended_flag(ext.PARTIAL_DATE)),
        not_future=bool(node.extended_flag(ext.NOT_FUTURE)),
        not_past=bool(node.extended_flag(ext.NOT_PAST)),
        max_months_ahead=node.extended_whole(ext.MAX_MONTHS_AHEAD),
        min_age_years=node.extended_whole(ext.MIN_AGE_YEARS),
        max_age_years=node.extended_whole(ext.MAX_AGE_YEARS),
    )
    _check(node, found)
    _check_ahead(node, type_, found)
    return found


def default_unit(node: Node) -> str:
    """Return the unit of a number that comes without one, empty if there is none."""
    own = node.extended_text(ext.DEFAULT_UNIT)
    return own or next((read_coding(e, "valueCoding").code for e in node.extensions(ext.UNIT)), "")


def _check(node: Node, found: Constraints) -> None:
    pairs = (
        ("length", found.min_length, found.max_length),
        ("number of answers", found.min_occurs, found.max_occurs),
        ("age", found.min_age_years, found.max_age_years),
    )
    for name, low, high in pairs:
        if (low or 0) < 0 or (high is not None and (high < (low or 0) or (high == 0 and name != "age"))):
            raise node.refuse(f"no {name} can meet both limits")
    if _crossed(found):
        raise node.refuse("minValue is more than maxValue")
    if (found.max_decimal_places or 0) < 0:
        raise node.refuse("maxDecimalPlaces is negative")


def _check_ahead(node: Node, type_: ItemType, found: Constraints) -> None:
    """Refuse limits that move with today where no date could keep to them."""
    ahead = found.max_months_ahead
    if type_ is not ItemType.DATE and (found.not_past or ahead is not None):
        raise node.refuse(f"notPast and maxMonthsAhead are for dates, not for a {type_.value}")
    if found.not_future and (found.not_past or ahead is not None):
        raise node.refuse("a date that is neither to come nor past")
    if ahead is not None and ahead < 1:
        raise node.refuse("maxMonthsAhead must be more than nothing")


def _crossed(found: Constraints) -> bool:
    if found.minimum is None or found.maximum is None:
        return False
    return compared(found.minimum, Operator.GREATER, found.maximum)


def bound(node: Node, type_: ItemType, url: str) -> Value | None:
    """Return the limit in an extension as the item's answers are compared with it, None if not there."""
    entry = next(node.extensions(url), None)
    if entry is None:
        return None
    raw = read_any(entry, "value")
    if type_ is ItemType.QUANTITY and isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return Quantity(Decimal(raw), default_unit(node))
    value = None if raw is None else fitted(type_, raw)
    if value is None or isinstance(value, bool | str | Coding):
        raise node.refuse(f"a limit that no {type_.value} can be compared with")
    return value


def _regex(node: Node) -> str | None:
    pattern = node.extended_text(ext.REGEX)
    if not pattern:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning):
        raise node.refuse("a regex that cannot be read") from None
    if len(pattern) > _LONGEST_REGEX:
        raise node.refuse("a regex that is too long")
    return pattern


def _max_size(node: Node) -> int | None:
    entry = next(node.extensions(ext.MAX_SIZE), None)
    if entry is None:
        return None
    megabytes = read_decimal(entry, "valueInteger" if "valueInteger" in entry.raw else "valueDecimal")
    if megabytes <= 0:
        raise node.refuse("maxSize must be more than nothing")
    return int(megabytes * MEGABYTE)


def _units(node: Node) -> tuple[Coding, ...]:
    entries = [*node.extensions(ext.UNIT), *node.extensions(ext.UNIT_OPTION)]
    return tuple(dict.fromkeys(read_coding(entry, "valueCoding") for entry in entries))
