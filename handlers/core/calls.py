"""When staff call about an answer: what a rule's `task` asks for, and by when (pure).

The times are those of clinical.md section 9: RED and CRISIS now, ORANGE on the same day or within the
hour where the rule says so, YELLOW within two working days.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from whenever import Date, Instant, Time

from handlers.core.changes import Level
from handlers.core.closed_days import closed_days

_HOUR: Final = timedelta(hours=1)
_WORKING_DAYS: Final = 2
_WEEKEND: Final = 6  # ISO: Saturday and Sunday
_MOST: Final = 366
_LAST_MINUTE: Final = Time(23, 59)


class Call(StrEnum):
    """A rule's `task`: when a person calls."""

    NOW = "call-now"
    HOUR = "call-in-1-hour"
    TODAY = "call-today"
    TWO_DAYS = "call-in-2-days"


USUAL: Final[Mapping[Level, Call]] = MappingProxyType(
    {Level.CRISIS: Call.NOW, Level.RED: Call.NOW, Level.ORANGE: Call.TODAY, Level.YELLOW: Call.TWO_DAYS}
)
"""What a level asks for by itself."""
SOONEST_FIRST: Final = tuple(Call)
HURRIED: Final = frozenset({Call.NOW, Call.HOUR})
"""Calls for which the next person is told as fast as of a RED answer."""


def call_of(level: Level, task: str = "") -> Call:
    """Return when staff call about an answer of this level by a rule with this `task`.

    A RED or CRISIS answer never waits, whatever the rule says; a name that nobody knows is none.
    """
    usual = USUAL[level]
    return Call(task) if usual is not Call.NOW and task in SOONEST_FIRST else usual


def kind_of(level: Level, call: Call) -> str:
    """Return the kind of the task that is opened for it."""
    return f"flag-{level.value.lower()}" if call is USUAL[level] else f"flag-{call.value}"


def due_at(call: Call, at: datetime, zone: str, texts: Mapping[str, str]) -> datetime | None:
    """Return by when the call is due: on the clinic's days in its zone; None for now, which has no date.

    `texts` are the clinic's, where its closed days stand. Working days are Monday to Friday.
    """
    match call:
        case Call.NOW:
            return None
        case Call.HOUR:
            return at + _HOUR
        case Call.TODAY:
            return _end_of(Instant(at).to_tz(zone).date(), zone)
        case Call.TWO_DAYS:
            return _end_of(_working_day(Instant(at).to_tz(zone).date(), texts), zone)


def _end_of(day: Date, zone: str) -> datetime:
    return day.at(_LAST_MINUTE).assume_tz(zone).to_stdlib().astimezone(UTC)


def _working_day(today: Date, texts: Mapping[str, str]) -> Date:
    """Return the second working day after today; where none comes within a year, that year's last day."""
    shut = closed_days(texts)
    found, day = 0, today
    for _ in range(_MOST):
        day = day.add(days=1)
        is_shut = any(one.first <= day.to_stdlib() <= one.last for one in shut)
        found += 0 if is_shut or day.day_of_week().value >= _WEEKEND else 1
        if found == _WORKING_DAYS:
            break
    return day
