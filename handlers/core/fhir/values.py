"""FHIR's value[x]: the one field whose name ends in its type, as a value of ours."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal

from handlers.core.fhir.node import Node
from handlers.core.questionnaire import ItemType
from handlers.core.values import Coding, DocumentId, FileRef, PartialDate, Quantity, Url, Value

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?", re.ASCII)
_LONGEST_NUMBER = 40


def read_any(node: Node, prefix: str) -> Value | None:
    """Return the value of the field named `prefix` plus a type, or None if there is none.

    Raises PackError for two such fields, for a type that is not taken and for a broken value.
    """
    names = [name for name in node.raw if name.startswith(prefix) and name[len(prefix) :][:1].isupper()]
    if not names:
        return None
    if len(names) > 1:
        raise node.refuse(f"more than one {prefix}[x]")
    reader = _READERS.get(names[0][len(prefix) :])
    if reader is None:
        raise node.refuse(f"{names[0]} is not taken")
    return reader(node, names[0])


def fitted(type_: ItemType, value: Value) -> Value | None:
    """Return `value` as an item of this type holds it, or None if it can hold no such value."""
    match type_, value:
        case ItemType.BOOLEAN, bool():
            return value
        case ((ItemType.DECIMAL | ItemType.INTEGER), bool()):
            return None
        case ItemType.DECIMAL, (int() | Decimal()):
            return Decimal(value)
        case ItemType.INTEGER, (int() | Decimal()):
            return int(value) if value == int(value) else None
        case ItemType.URL, (str() | Url()):
            return value if isinstance(value, Url) else Url(value)
        case ItemType.DATETIME, PartialDate():
            return datetime.combine(value.first_day(), time(), UTC)
        case _:
            return value if isinstance(value, _HOLDS.get(type_, ())) and not isinstance(value, bool) else None


def read_coding(node: Node, name: str) -> Coding:
    """Return a Coding field; one without a code is known by its display."""
    coding = node.node(name)
    if coding is None:
        raise node.refuse(f"{name} is missing")
    code = coding.text("code") or coding.text("display")
    if not code:
        raise node.refuse(f"{name} has neither code nor display")
    return Coding(code, coding.text("system"), coding.text("display"))


def read_decimal(node: Node, name: str) -> Decimal:
    """Return a number field exactly as written."""
    raw = node.raw.get(name)
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise node.refuse(f"{name} is not a number")
    value = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST_NUMBER:
        raise node.refuse(f"{name} is out of range")
    return value


def _integer(node: Node, name: str) -> int:
    value = node.whole(name)
    if value is None:
        raise node.refuse(f"{name} is missing")
    return value


def _date(node: Node, name: str) -> PartialDate:
    found = _DATE.fullmatch(node.text(name))
    if not found:
        raise node.refuse(f"{name} is not a date")
    year, month, day = (int(part) if part else None for part in found.groups())
    value = PartialDate(year or 0, month, day)
    try:
        value.first_day()
    except ValueError:
        raise node.refuse(f"{name} is not a date") from None
    return value


def _datetime(node: Node, name: str) -> datetime:
    text = node.text(name)
    if _DATE.fullmatch(text):
        return datetime.combine(_date(node, name).first_day(), time(), UTC)
    try:
        value = datetime.fromisoformat(text)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise node.refuse(f"{name} is not a date with time") from None


def _time(node: Node, name: str) -> time:
    text = node.text(name)
    if not _TIME.fullmatch(text):
        raise node.refuse(f"{name} is not a time")
    return time.fromisoformat(text)


def _quantity(node: Node, name: str) -> Quantity:
    quantity = node.node(name)
    if quantity is None:
        raise node.refuse(f"{name} is missing")
    return Quantity(read_decimal(quantity, "value"), quantity.text("code") or quantity.text("unit"))


def _file(node: Node, name: str) -> FileRef:
    attachment = node.node(name)
    if attachment is None:
        raise node.refuse(f"{name} is missing")
    return FileRef(
        DocumentId(attachment.text("url")), attachment.text("contentType"), attachment.text("title")
    )


_READERS: Mapping[str, Callable[[Node, str], Value]] = {
    "Boolean": lambda node, name: node.flag(name),
    "Decimal": read_decimal,
    "Integer": _integer,
    "Date": _date,
    "DateTime": _datetime,
    "Time": _time,
    "String": lambda node, name: node.text(name),
    "Uri": lambda node, name: Url(node.text(name)),
    "Url": lambda node, name: Url(node.text(name)),
    "Coding": read_coding,
    "Quantity": _quantity,
    "Attachment": _file,
}

_CHOICE_VALUES = (Coding, str, int, PartialDate, time)
_HOLDS: Mapping[ItemType, tuple[type, ...]] = {
    ItemType.DATE: (PartialDate,),
    ItemType.DATETIME: (datetime,),
    ItemType.TIME: (time,),
    ItemType.STRING: (str,),
    ItemType.TEXT: (str,),
    ItemType.CHOICE: _CHOICE_VALUES,
    ItemType.OPEN_CHOICE: _CHOICE_VALUES,
    ItemType.QUANTITY: (Quantity,),
    ItemType.ATTACHMENT: (FileRef,),
}
