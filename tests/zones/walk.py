"""Every check-in of every day in a time zone: when it is looked at, when it goes out, how often."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from handlers.core.care_plan import parse_offset, plan
from handlers.core.case import Anchor
from handlers.core.contact_time import next_allowed
from handlers.core.protocol import Protocol, Step, StepKind
from handlers.core.values import PatientId

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
MONTHS = (1, 3, 6)
HOURS = ("10:00", "09:00", "19:59", "02:30", "00:00", "23:30")
"""Good hours that patients name; some lie where clocks skip, some in quiet hours."""

OPENS, CLOSES = 9, 20
LONGEST_STOP = timedelta(days=3)
STEPS = Protocol(
    id="p",
    version="1",
    title="",
    intake=(),
    steps=tuple(
        Step(id=f"M{n}", anchor="infusion", offset=parse_offset(f"P{n}M"), kind=StepKind.CHECK_IN)
        for n in MONTHS
    ),
)


class _Ids:
    def __init__(self):
        self._numbers = count()

    def new(self):
        return f"f{next(self._numbers)}"


@dataclass
class Found:
    """What was seen: how many check-ins, and what was wrong with any of them."""

    check_ins: int = 0
    faults: tuple[str, ...] = ()


def zones(number=None):
    """Return all zones, or so many of them, always the same."""
    every = sorted(available_timezones() - {"localtime", "Factory"})
    return every if number is None else sorted(Random(1).sample(every, min(number, len(every))))


def walk(zone, every=1):
    """Look at the check-ins of every (nth) day of treatment in a zone."""
    found, chance, there = Found(), Random(zone), ZoneInfo(zone)
    day = FIRST
    while day <= LAST:
        hour = HOURS[day.toordinal() % len(HOURS)]
        anchor = Anchor("a", PatientId("p"), "infusion", day.isoformat(), zone)
        for months, one in zip(MONTHS, _planned(anchor, hour), strict=True):
            found.check_ins += 1
            faults = [*_on_its_day(day, months, one, hour), *_goes_out(one, there, chance)]
            found.faults += tuple(f"{zone} {day} +{months}M at {hour}: {fault}" for fault in faults)
        day += timedelta(days=every)
    return found


def _planned(anchor, hour):
    return sorted(plan(STEPS, anchor, at=hour, ids=_Ids()), key=lambda one: int(one.step[1:]))


def _on_its_day(day, months, one, hour):
    """Check the calendar: the same day of the month, or its last; put off to the morning at the most."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    wanted = date(year, month, min(day.day, monthrange(year, month)[1]))
    late = date.fromisoformat(one.local[:10]) - wanted
    allowed = {0, 1} if int(hour[:2]) >= CLOSES - 1 else {0, *([1] if _skipped(wanted, one.zone) else [])}
    if late.days not in allowed:
        yield f"planned for {one.local}, not {wanted}"


def _skipped(day, zone):
    """Say whether there is no such day there: islands have changed sides of the date line."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    return noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() != day


def _goes_out(one, there, chance):
    """Look as the worker does, in time or after a stop; check that it goes out once, not early, by day."""
    for stopped in (timedelta(0), LONGEST_STOP * chance.random()):
        sent = list(_sends(one, one.next_at + stopped))
        if len(sent) != 1:
            yield f"sent {len(sent)} times"
            continue
        wall = sent[0].astimezone(there)
        if sent[0] < one.due_at:
            yield f"sent early: {sent[0]} before {one.due_at}"
        if not OPENS <= wall.hour < CLOSES:
            yield f"sent at {wall}"
        if sent[0] - one.next_at - stopped > timedelta(hours=14):
            yield f"kept back until {wall}"


def _sends(one, looked_at):
    """Yield each moment at which it is sent: what was sent is never looked at again, as in check_in.due."""
    next_at = one.next_at
    moment = looked_at
    while next_at is not None and next_at <= moment:
        allowed = next_allowed(moment, one.zone)
        if allowed > moment:
            next_at = moment = allowed
        else:
            next_at = None
            yield moment
