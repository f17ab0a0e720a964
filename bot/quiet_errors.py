"""What a log may say of an error and of a library's line: where and of which kind, never with which values.

An exception's text is made of what it met: a patient's words in "invalid literal", a number in "duplicate
key", a token in an address. Only errors of our own say what they say, in words that are ours.
"""

import logging
import re
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any, Final

OURS: Final = frozenset({"bot", "handlers", "scheduler", "storage", "locales", "yorisoi"})
_CAUSE: Final = "\nThe error above caused this one:\n\n"
_VALUES: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\S*\d\S*|\S+@\S+|\S+://\S+")
_LONGEST: Final = 80


def is_ours(name: str) -> bool:
    """Say whether a logger or a module belongs to this product."""
    return name.partition(".")[0] in OURS


def told(error: BaseException) -> str:
    """Return an error with its causes as a traceback without the values that it met."""
    return "".join(_lines(error, frozenset()))


def exception_of(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Return the same for what structlog has caught: (type, error, traceback)."""
    return told(exc_info[1])


def of_library(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep of a library's line its first words and not what it put into them (a structlog processor)."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and not is_ours(record.name):
        first = str(record.msg).partition("\n")[0]
        event["event"] = _VALUES.sub("…", first)[:_LONGEST]
        event["logger"] = record.name
    return event


def hook(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Stand in for `sys.excepthook`: what ends the process is told like any other error."""
    logging.getLogger("bot").critical("ended by an error", exc_info=(kind, error, error.__traceback__))


def _lines(error: BaseException, seen: frozenset[int]) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from _lines(cause, seen | {id(error)})
        yield _CAUSE
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_named(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _lines(inner, seen | {id(error)})


def _named(error: BaseException) -> str:
    kind = type(error)
    if is_ours(kind.__module__):
        return f"{kind.__module__}.{kind.__qualname__}: {error}"
    code = getattr(error, "sqlstate", None) or getattr(error, "errno", None)
    named = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{named} [{code}]" if code else named
