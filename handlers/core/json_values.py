"""One value as JSON and back: the alphabet of `codec`."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, assert_never

from handlers.core.values import (
    Coding,
    DocumentId,
    FileRef,
    PartialDate,
    Quantity,
    Url,
    Value,
    as_utc,
)


def to_json(value: Value) -> object:
    """Return the JSON form of a value: itself, or an object whose "t" names its type."""
    match value:
        case bool() | int() | str():
            return value
        case Decimal():
            return {"t": "decimal", "v": str(value)}
        case Coding():
            return {"t": "coding", "v": value.code} | sparse(s=value.system, d=value.display)
        case Quantity():
            return {"t": "quantity", "v": str(value.value)} | sparse(u=value.unit)
        case PartialDate():
            return {"t": "date", "v": str(value)} | sparse(about=value.about)
        case datetime():
            return {"t": "dateTime", "v": moment_to_json(value)}
        case time():
            return {"t": "time", "v": value.isoformat()}
        case FileRef():
            return {"t": "file", "v": value.document_id} | sparse(m=value.mime, n=value.name)
        case Url():
            return {"t": "url", "v": value.value}
        case unreachable:
            assert_never(unreachable)


def from_json(raw: Any) -> Value:
    """Return the value in a JSON form; raise ValueError for a type that is not known."""
    if isinstance(raw, bool | int | str):
        return raw
    match raw["t"]:
        case "decimal":
            return Decimal(raw["v"])
        case "coding":
            return Coding(raw["v"], raw.get("s", ""), raw.get("d", ""))
        case "quantity":
            return Quantity(Decimal(raw["v"]), raw.get("u", ""))
        case "date":
            return _read_date(raw["v"], about=raw.get("about", False))
        case "dateTime":
            return moment_from_json(raw["v"])
        case "time":
            return time.fromisoformat(raw["v"])
        case "file":
            return FileRef(DocumentId(raw["v"]), raw.get("m", ""), raw.get("n", ""))
        case "url":
            return Url(raw["v"])
        case _:
            raise ValueError("a kind of value that this version does not know")


def to_plain(value: Value) -> object:
    """Return a value as a reader of JSON expects it."""
    match value:
        case bool() | int() | str():
            return value
        case Decimal():
            return _number(value)
        case Coding():
            return value.code
        case Quantity():
            return {"value": _number(value.value), "unit": value.unit}
        case PartialDate():
            return str(value)
        case datetime():
            return moment_to_json(value)
        case time():
            return value.isoformat()
        case FileRef():
            return str(value.document_id)
        case Url():
            return value.value
        case unreachable:
            assert_never(unreachable)


def moment_to_json(moment: datetime) -> str:
    """Return a moment in UTC, ISO 8601 with Z."""
    return as_utc(moment).isoformat().replace("+00:00", "Z")


def moment_from_json(text: str) -> datetime:
    """Return the moment in an ISO 8601 text, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def sparse(**fields: object) -> dict[str, object]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def _read_date(text: str, *, about: bool) -> PartialDate:
    parts = [int(part) for part in text.split("-")]
    month = parts[1] if len(parts) > 1 else None
    day = parts[2] if len(parts) > 2 else None  # noqa: PLR2004 - year, month, day
    return PartialDate(parts[0], month, day, about)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
