"""The worklist of staff: what kind of work a task is, how soon it wants a person, how long it may rest.

A kind that is not named here is work of the day: nothing new may hide at the end of the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from whenever import Instant, Time

ALERT: Final = "alert"
DUE: Final = "check-in-due"
OVERDUE: Final = "check-in-overdue"
LATE_SIGN: Final = "late-sign"
"""A sign of danger was tapped where it counts as no answer any more."""
LOUD: Final = frozenset({ALERT, "flag-crisis", "flag-red", "flag-safety", LATE_SIGN})
"""What a patient's life may hang on."""

LOUD_REST: Final = timedelta(hours=1)
"""So long a red flag may be snoozed at a time; an alert not at all: it is taken."""
LONGEST_REST: Final = timedelta(days=14)
LATE: Final = timedelta(hours=1)
"""A check-in that is so long past its time and has not gone out needs a look."""
SOON: Final = timedelta(hours=24)
"""What ends within this time is work of today, whatever its kind."""
_MORNING: Final = Time(9)


class Group(IntEnum):
    """How soon a person is needed; the smaller, the sooner."""

    NOW = 1
    TODAY = 2
    LATER = 3


class Sort(StrEnum):
    """What kind of work it is."""

    ALARM = "alarm"
    WORD = "word"
    SILENCE = "silence"
    PAPER = "paper"
    SEND = "send"
    INTAKE = "intake"
    PLAN = "plan"
    OTHER = "other"


class Rest(StrEnum):
    """For how long something may be snoozed."""

    QUARTER = "quarter"
    HALF = "half"
    HOUR = "hour"
    THREE_HOURS = "three-hours"
    TOMORROW = "tomorrow"
    THREE_DAYS = "three-days"
    WEEK = "week"


_HOURS: Final[Mapping[Rest, timedelta]] = MappingProxyType(
    {
        Rest.QUARTER: timedelta(minutes=15),
        Rest.HALF: timedelta(minutes=30),
        Rest.HOUR: timedelta(hours=1),
        Rest.THREE_HOURS: timedelta(hours=3),
    }
)
_DAYS: Final[Mapping[Rest, int]] = MappingProxyType({Rest.TOMORROW: 1, Rest.THREE_DAYS: 3, Rest.WEEK: 7})
_SHORT: Final = (Rest.QUARTER, Rest.HALF, Rest.HOUR)
_USUAL: Final = (Rest.HOUR, Rest.THREE_HOURS, Rest.TOMORROW, Rest.THREE_DAYS, Rest.WEEK)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of work stands."""

    sort: Sort
    group: Group


def _all(sort: Sort, group: Group, *kinds: str) -> dict[str, Place]:
    return dict.fromkeys(kinds, Place(sort, group))


PLACES: Final[Mapping[str, Place]] = MappingProxyType(
    {
        **_all(Sort.ALARM, Group.NOW, *LOUD, "alert-nobody", "alert-undelivered"),
        **_all(Sort.ALARM, Group.NOW, "flag-call-now", "flag-call-in-1-hour"),
        **_all(Sort.ALARM, Group.TODAY, "flag-orange", "flag-call-today", "adverse-event-due"),
        **_all(Sort.ALARM, Group.LATER, "flag-yellow", "flag-call-in-2-days"),
        **_all(Sort.OTHER, Group.TODAY, "emergency-opening"),
        **_all(Sort.WORD, Group.TODAY, "message", "wants-a-call", "wants-a-person", "identity"),
        **_all(Sort.WORD, Group.TODAY, "consent-withdrawn", "stopped", "decision-untold", "notice-untold"),
        **_all(Sort.WORD, Group.TODAY, "answers-changed", "number-changed", "same-person", "help-ended"),
        **_all(Sort.WORD, Group.TODAY, "talk-answer", "talk-left", "erasure-asked", "erasure-held"),
        **_all(Sort.WORD, Group.TODAY, "possible-gap"),
        **_all(Sort.SILENCE, Group.NOW, "silent"),
        **_all(Sort.SILENCE, Group.TODAY, "missed"),
        **_all(Sort.SILENCE, Group.LATER, "intake-unfinished"),
        **_all(Sort.PAPER, Group.TODAY, "file-refused", "too-many-files"),
        **_all(Sort.SEND, Group.NOW, "account-refused", "account-stopped", "clock-jump"),
        **_all(Sort.SEND, Group.TODAY, "unknown", "unknown-send", "undelivered", "unreachable", "failed"),
        **_all(Sort.SEND, Group.TODAY, "expired", "send-failed", "send-rejected", "waits-on-page", "held"),
        **_all(Sort.SEND, Group.TODAY, "quarantined", "message-lost", "template-refused", "window-closed"),
        **_all(Sort.SEND, Group.LATER, "template-news", "template-needed", "summary-undelivered"),
        **_all(Sort.INTAKE, Group.TODAY, "intake-ready", "intake-complete", "unsigned"),
        **_all(Sort.INTAKE, Group.LATER, "intake-part-ready"),
        **_all(Sort.PLAN, Group.TODAY, OVERDUE, "late-step"),
        **_all(Sort.PLAN, Group.LATER, DUE, "enter-date", "zone-unknown", "zone-rules", "retention-due"),
    }
)
_ASKED: Final = "asks:"
"""What an answer asks of staff begins with this, then comes its linkId."""


def place_of(kind: str) -> Place:
    """Return where this kind of work stands."""
    if kind.startswith(_ASKED):
        return Place(Sort.WORD, Group.TODAY)
    return PLACES.get(kind, Place(Sort.OTHER, Group.TODAY))


def kinds_at(group: Group) -> list[str]:
    """Return the kinds of this group, in order."""
    return sorted(kind for kind, place in PLACES.items() if place.group is group)


def kinds_of(sort: Sort) -> list[str]:
    """Return the kinds of this sort that are named, in order."""
    return sorted(kind for kind, place in PLACES.items() if place.sort is sort)


def rests_of(kind: str) -> tuple[Rest, ...]:
    """Return for how long this kind may be snoozed: an alert not at all, a red flag for an hour at most."""
    if kind == ALERT:
        return ()
    return _SHORT if kind in LOUD else _USUAL


def rest_until(rest: Rest, now: datetime, zone: str) -> datetime:
    """Return when a snooze ends: after so many minutes, or at nine in the morning of the clinic's day."""
    if rest in _HOURS:
        return now + _HOURS[rest]
    return _on_day(now, zone, _DAYS[rest], _MORNING)


def may_rest(kind: str, until: datetime, now: datetime) -> bool:
    """Say whether this kind may be snoozed until then."""
    limit = LOUD_REST if kind in LOUD else LONGEST_REST
    return kind != ALERT and now < until <= now + limit


def end_of_day(now: datetime, zone: str) -> datetime:
    """Return when the clinic's day ends."""
    return _on_day(now, zone, 1, Time.MIN)


def _on_day(now: datetime, zone: str, days: int, time: Time) -> datetime:
    day = Instant(now).to_tz(zone).date().add(days=days)
    return day.at(time).assume_tz(zone).to_stdlib().astimezone(UTC)
