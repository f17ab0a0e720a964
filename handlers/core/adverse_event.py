"""The clock of a possible adverse event: two dates of the ASRM rules (clinical.md section 12; pure).

Nothing here says that something is an adverse event: the clinic decides whether a rule applies.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from whenever import Instant


class EventStatus(StrEnum):
    """Where a case stands."""

    POSSIBLE = "possible"
    CONFIRMED = "confirmed"
    REPORTED = "reported"
    NOT_AN_EVENT = "not-an-event"


CLOSING: Final = (EventStatus.REPORTED, EventStatus.NOT_AN_EVENT)
"""What a case may be closed as, each with a reason."""

RULES: Final = (7, 15)
"""Days: death or a danger to life; a hospital stay, disability or another serious event."""

_BEFORE: Final = timedelta(days=2)


class Nearness(StrEnum):
    """How near a date is."""

    AHEAD = "ahead"
    NEAR = "near"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Due:
    """A date of a rule (named by its days), counted from the day on which the clinic learned of it."""

    days: int
    on: date
    nearness: Nearness


def dues(learned_at: datetime, now: datetime, zone: str) -> tuple[Due, ...]:
    """Return the dates of the rules in the clinic's zone; near from two days before."""
    learned, today = _day(learned_at, zone), _day(now, zone)
    return tuple(_due(days, learned + timedelta(days=days), today) for days in RULES)


def reminders(learned_at: datetime) -> tuple[datetime, ...]:
    """Return when staff are reminded: at half the time and two days before the end of each rule."""
    moments = {
        moment for days in RULES for moment in (timedelta(days=days) / 2, timedelta(days=days) - _BEFORE)
    }
    return tuple(learned_at + moment for moment in sorted(moments))


def next_reminder(learned_at: datetime, after: datetime) -> datetime | None:
    """Return the first reminder later than `after`, or None."""
    return next((moment for moment in reminders(learned_at) if moment > after), None)


def _day(moment: datetime, zone: str) -> date:
    return Instant(moment).to_tz(zone).date().to_stdlib()


def _due(days: int, on: date, today: date) -> Due:
    if today > on:
        return Due(days, on, Nearness.OVER)
    return Due(days, on, Nearness.NEAR if on - today <= _BEFORE else Nearness.AHEAD)
