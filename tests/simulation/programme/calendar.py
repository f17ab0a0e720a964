"""The programme's calendar, computed apart from the product: when each step is due, and where somebody is."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_TO = 20, 9
STEPS = {
    "I-2": (0, -2, 0),
    "I+6h": (0, 0, 6),
    "I+7d": (0, 7, 0),
    "N2w": (0, 14, 0),
    "M1": (1, 0, 0),
    "M3": (3, 0, 0),
    "M6": (6, 0, 0),
}
"""(months, days, hours) after the infusion."""

AT_NIGHT_TOO = frozenset({"I+6h"})
NOTICES = frozenset({"N2w"})
"""Steps that ask nothing: they are done once they are queued."""

WINDOWS = {"I-2": 1, "I+7d": 5, "N2w": 3, "M1": 7, "M3": 14, "M6": 21}
HOURS_OPEN = {"I+6h": 17}
PLACES = {"JP": "Asia/Tokyo", "GB": "Europe/London", "IN": "Asia/Kolkata", "US": "America/New_York"}
"""Where people travel to: the first zone of each country."""


@dataclass(frozen=True)
class Trip:
    """Days elsewhere, by the calendar there."""

    zone: str
    first: date
    last: date

    def holds(self, moment):
        return self.first <= moment.astimezone(ZoneInfo(self.zone)).date() <= self.last

    def is_over(self, moment):
        return self.last < moment.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True)
class Whereabouts:
    """Where somebody is on each day."""

    home: str
    trips: tuple = ()

    def on(self, day):
        return next((trip.zone for trip in self.trips if trip.first <= day <= trip.last), self.home)

    def at(self, moment):
        return next((trip.zone for trip in self.trips if trip.holds(moment)), self.home)

    def told_of(self, trip, now):
        """Return what is known after a trip was told: what shares days with it is replaced."""
        kept = [left for old in self.trips if not old.is_over(now) and (left := _beside(old, trip))]
        return Whereabouts(self.home, (*kept, trip))

    def back(self, now):
        """Return what is known after "I'm back"."""
        return Whereabouts(self.home, tuple(t for t in self.trips if not (t.holds(now) or t.is_over(now))))


def _beside(old, new):
    if old.first < old.last == new.first:
        return Trip(old.zone, old.first, old.last - timedelta(days=1))
    return old if old.last < new.first or new.last < old.first else None


def due_at(step, infusion, zone, hour, places):
    """Return when a step is due: `infusion` is local in `zone`, `hour` when they like to be asked."""
    months, days, hours = STEPS[step]
    if hours:
        moment = infusion.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(hours=hours)
        return moment.astimezone(ZoneInfo(places.at(moment)))
    day = _months_on(infusion.date(), months) + timedelta(days=days)
    due = _awake(datetime.combine(day, hour, ZoneInfo(places.on(day))))
    for _ in range(5):
        there = ZoneInfo(places.at(due))
        if there.key == due.tzinfo.key:
            return due
        here = due.astimezone(there)
        theirs = datetime.combine(here.date(), hour, there)
        due = _awake(max(theirs, here, key=lambda moment: moment.astimezone(UTC)))
    raise AssertionError("somebody who is nowhere")


def end_of(step, due):
    """Return when a step's window ends."""
    later = (due + timedelta(days=WINDOWS.get(step, 0))).date()
    end = datetime.combine(later, due.timetz().replace(tzinfo=None), due.tzinfo)
    return end.astimezone(UTC) + timedelta(hours=HOURS_OPEN.get(step, 0))


def is_quiet(moment, zone):
    """Say whether it is night there."""
    hour = moment.astimezone(ZoneInfo(zone)).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def _months_on(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _awake(moment):
    if moment.hour >= QUIET_FROM:
        moment = datetime.combine(moment.date() + timedelta(days=1), time(QUIET_TO), moment.tzinfo)
    elif moment.hour < QUIET_TO:
        moment = datetime.combine(moment.date(), time(QUIET_TO), moment.tzinfo)
    return moment
