"""A protocol applied to a patient: planned check-ins with real dates at the patient's place.

Every offset is counted from the anchor's own local date and never from the step before, so that
31 January + 1 month is the last of February and + 2 months is again the 31st.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol as Port

from whenever import Date, ZonedDateTime

from handlers.core.case import Anchor, FollowUp, FollowUpState
from handlers.core.contact_time import QUIET, Quiet, at_place, on_wall, out_of_quiet, to_utc
from handlers.core.frozen import replace
from handlers.core.protocol import Offset, Protocol, Step
from handlers.core.travel import Stays
from handlers.core.values import FollowUpId

MOVABLE = frozenset({FollowUpState.SCHEDULED, FollowUpState.HELD})
"""States in which nothing has gone out yet, so that a moved anchor moves the check-in too."""

_OFFSET = re.compile(
    r"(?P<sign>[+-]?)P(?=[0-9T])(?:(?P<years>[0-9]{1,3})Y)?(?:(?P<months>[0-9]{1,4})M)?"
    r"(?:(?P<weeks>[0-9]{1,4})W)?(?:(?P<days>[0-9]{1,5})D)?(?:T(?P<hours>[0-9]{1,6})H)?"
)
_LOCAL = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<wall>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?")
_WALL = re.compile(r"[0-9]{2}:[0-9]{2}")


class FreshIds(Port):
    """The one thing that planning asks of the `Ids` port."""

    def new(self) -> str:
        """Return a new opaque id."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when the patient likes to be written to."""

    stays: Stays
    at: time
    quiet: Quiet


def plan(
    protocol: Protocol,
    anchor: Anchor,
    *,
    at: str,
    ids: FreshIds,
    quiet: Quiet = QUIET,
    zone: str | Stays = "",
) -> tuple[FollowUp, ...]:
    """Return a check-in for every enabled step that counts from this kind of anchor, earliest first.

    `at` is the patient's preferred local time "HH:MM", `zone` where they live (or where they are on each day)
    if that is not where the procedure takes place. Raise ValueError for an unknown zone or a time that
    cannot be read.
    """
    steps = [step for step in protocol.steps if step.enabled and step.anchor == anchor.kind]
    return plan_steps(steps, anchor, at=at, ids=ids, quiet=quiet, zone=zone)


def plan_steps(
    steps: Iterable[Step],
    anchor: Anchor,
    *,
    at: str,
    ids: FreshIds,
    quiet: Quiet = QUIET,
    zone: str | Stays = "",
) -> tuple[FollowUp, ...]:
    """Return a check-in for each of these steps, counted from `anchor`, earliest first.

    `at` and `zone` as for `plan`. Raise ValueError for an unknown zone or a time that cannot be read.
    """
    stays = zone if isinstance(zone, Stays) else Stays(zone or anchor.zone)
    place = _Place(stays, parse_wall(at), quiet)
    planned = [_follow_up(step, anchor, place, ids) for step in steps]
    return tuple(sorted(planned, key=lambda follow_up: follow_up.due_at))


def offset_from(
    moment: datetime, offset: Offset, zone: str, *, quiet: Quiet = QUIET, ignore_quiet_hours: bool = False
) -> datetime:
    """Return `moment` plus `offset` at `zone`, out of quiet hours: a rung of the reminder ladder.

    Months and days keep the wall-clock time, hours are absolute.
    """
    local = at_place(moment, zone)
    day = _add_days(local.date(), offset)
    wall = time(local.hour, local.minute, local.second)
    later = on_wall(day, wall, zone).add(hours=offset.hours)
    return to_utc(later if ignore_quiet_hours else out_of_quiet(later, zone, quiet))


def local_to_utc(local: str, zone: str) -> datetime:
    """Return the UTC moment of a local "YYYY-MM-DDTHH:MM[:SS]"; raise ValueError if it cannot be read.

    A skipped time becomes the later one, of a doubled time the first is taken.
    """
    day, wall = parse_local(local)
    if wall is None:
        raise ValueError(f"{local!r} has no time of day")
    return to_utc(on_wall(day, wall, zone))


def parse_local(text: str) -> tuple[Date, time | None]:
    """Read "YYYY-MM-DD", with or without "THH:MM[:SS]"; raise ValueError if it is something else."""
    found = _LOCAL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date such as 2026-01-31 or a time such as 2026-01-31T14:30")
    try:
        day = Date.parse_iso(found["day"])
        return day, time.fromisoformat(found["wall"]) if found["wall"] else None
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar") from error


def parse_wall(text: str) -> time:
    """Read a wall-clock time "HH:MM"; raise ValueError if it is something else."""
    if not _WALL.fullmatch(text):
        raise ValueError(f"{text!r} is not a time of day such as 10:00")
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time of day such as 10:00") from error


def parse_offset(text: str) -> Offset:
    """Read an ISO 8601 duration in years, months, weeks, days and hours; raise ValueError otherwise.

    A sign in front makes all parts negative: "-P14D" is two weeks before.
    """
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an offset such as P1M, -P14D or PT6H")
    sign = -1 if found["sign"] == "-" else 1
    part = {name: int(found[name] or 0) for name in ("years", "months", "weeks", "days", "hours")}
    return Offset(
        months=sign * (part["years"] * 12 + part["months"]),
        days=sign * (part["weeks"] * 7 + part["days"]),
        hours=sign * part["hours"],
    )


def _follow_up(step: Step, anchor: Anchor, place: _Place, ids: FreshIds) -> FollowUp:
    due = _due(step, anchor, place)
    return FollowUp(
        id=FollowUpId(ids.new()),
        patient=anchor.patient,
        step=step.id,
        anchor=anchor.id,
        local=f"{due.date().format_iso()}T{due.hour:02d}:{due.minute:02d}",
        zone=_zone(due),
        window_start=_shifted(due, -step.window_before_days),
        due_at=to_utc(due),
        window_end=_shifted(due, step.window_after_days) + timedelta(hours=step.window_after_hours),
        next_at=to_utc(due),
    )


def _due(step: Step, anchor: Anchor, place: _Place) -> ZonedDateTime:
    start, wall = parse_local(anchor.local)
    day = _add_days(start, step.offset)
    if step.offset.hours:
        procedure = on_wall(day, wall or place.at, anchor.zone).add(hours=step.offset.hours)
        due = procedure.to_tz(place.stays.zone_at(to_utc(procedure)))
    else:
        due = on_wall(day, place.at, place.stays.zone_on(day))
    if step.ignore_quiet_hours:
        return due
    return _where_they_are(out_of_quiet(due, _zone(due), place.quiet), place)


def _zone(moment: ZonedDateTime) -> str:
    return moment.tz_id or "UTC"


def _where_they_are(due: ZonedDateTime, place: _Place) -> ZonedDateTime:
    """Return `due` on the clock of where they are by then: whoever leaves or comes home in between.

    There it comes at their hour, never sooner than it was due, and not in the night.
    """
    zone = place.stays.zone_at(to_utc(due))
    if zone == _zone(due):
        return due
    there = due.to_tz(zone)
    hour = on_wall(there.date(), place.at, zone)
    # Later than before, if it moved at all: so this comes to an end.
    return _where_they_are(out_of_quiet(max(hour, there), zone, place.quiet), place)


def _add_days(start: Date, offset: Offset) -> Date:
    try:
        return start.add(months=offset.months).add(days=offset.days)
    except ValueError as error:
        raise ValueError(f"{start.format_iso()} with its offset leaves the calendar") from error


def _shifted(due: ZonedDateTime, days: int) -> datetime:
    day = _add_days(due.date(), Offset(days=days))
    return to_utc(on_wall(day, time(due.hour, due.minute), _zone(due)))


def moved_to(old: FollowUp, new: FollowUp) -> FollowUp:
    """Return a check-in with the anchor, the dates and the zone of a newly planned one."""
    return replace(
        old,
        anchor=new.anchor,
        local=new.local,
        zone=new.zone,
        window_start=new.window_start,
        due_at=new.due_at,
        window_end=new.window_end,
        next_at=new.next_at,
    )
