"""Tolerant reading of a service's JSON: what is missing or of a wrong type reads as empty. Pure.

A strict model would refuse the shapes that services send without notice, and one bad item must
never cost its neighbours.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from handlers.core.surrogates import mended

_LARGEST: Final = 2**63
_DEEPEST: Final = 64
_MOST_MARKS: Final = 200_000
_MARKS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""Strings are marks too: a bracket within one opens nothing."""
_OPENING: Final = frozenset({b"[", b"{"})
_CLOSING: Final = frozenset({b"]", b"}"})
_NOTHING: Final[Mapping[str, Any]] = {}


def load(raw: bytes) -> Any:
    """Return the JSON value in `raw`, None if it holds none; what is nested too deeply is None in it."""
    try:
        return json.loads(raw, parse_int=_whole)
    except ValueError:
        return None
    except RecursionError:
        return shallow(raw)


def shallow(raw: bytes) -> Any:
    """Return the JSON value in `raw` with None for whatever lies deeper than anybody nests.

    So one item that is nested a thousand deep costs only itself. One look at each bracket; of too many, None.
    """
    kept, depth, begun = bytearray(), 0, 0
    for number, found in enumerate(_MARKS.finditer(raw)):
        if number > _MOST_MARKS:
            return None
        if found[0] in _OPENING:
            depth += 1
            if depth == _DEEPEST:
                kept += raw[begun : found.start()] + b"null"
        elif found[0] in _CLOSING:
            if depth == _DEEPEST:
                begun = found.end()
            depth -= 1
    if depth:
        return None
    return _loaded(bytes(kept + raw[begun:]))


def _loaded(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_int=_whole)
    except (ValueError, RecursionError):
        return None


def _whole(digits: str) -> int | str:
    """Return an integer; one that nobody means stays text, for Python refuses to read very long ones."""
    return int(digits) if len(digits) <= len(str(_LARGEST)) else digits


def canonical(value: Any) -> bytes:
    """Return one form for equal values, whatever their order and spaces were. Raises RecursionError."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def text(value: Any) -> str:
    """Return `value` if it is a string, fit for UTF-8 (a lone surrogate becomes U+FFFD), else ""."""
    return mended(value) if isinstance(value, str) else ""


def number(value: Any) -> int | None:
    """Return an integer of at most 64 bits, also one that is written as a string of digits, else None."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < len(str(_LARGEST)):
        return int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and -_LARGEST <= value < _LARGEST else None


def identity(value: Any) -> str:
    """Return an id as text, whether it came as a string or as a number, or ""."""
    return str(value) if value and not isinstance(value, str) and number(value) else text(value)


def moment(value: Any) -> datetime | None:
    """Return a Unix time (a number or digits) as an aware UTC time, or None if it is none."""
    seconds = number(value)
    if not seconds or seconds < 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
