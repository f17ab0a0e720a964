"""When somebody may be written to: quiet hours at their place, and WhatsApp's service window.

Moments are aware datetimes in UTC; wall-clock times are `time` values in an IANA zone.
"""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from whenever import Date, Instant, PlainDateTime, TimeZoneNotFoundError, ZonedDateTime


class Quiet(NamedTuple):
    """The hours of the day in which nobody is written to: from `start` up to, not including, `end`."""

    start: time
    end: time


QUIET = Quiet(time(20), time(9))
"""20:00 to 09:00 local, the default of every clinic."""

SERVICE_WINDOW = timedelta(hours=24)
SAFETY_MARGIN = timedelta(minutes=10)


def next_allowed(now: datetime, zone: str, quiet: Quiet = QUIET) -> datetime:
    """Return `now`, or the end of the quiet hours at `zone` if it lies in them; UTC."""
    return to_utc(out_of_quiet(at_place(now, zone), zone, quiet))


def is_quiet(wall: time, quiet: Quiet) -> bool:
    """Say whether a wall-clock time lies in the quiet hours, which may run past midnight."""
    if quiet.start <= quiet.end:
        return quiet.start <= wall < quiet.end
    return wall >= quiet.start or wall < quiet.end


def out_of_quiet(moment: ZonedDateTime, zone: str, quiet: Quiet) -> ZonedDateTime:
    """Return `moment`, which is at `zone`, or the next end of the quiet hours there."""
    wall = _wall_time(moment)
    if not is_quiet(wall, quiet):
        return moment
    day = moment.date() if wall < quiet.end else moment.date().add(days=1)
    return on_wall(day, quiet.end, zone)


def service_window(heard_at: datetime) -> datetime:
    """Return when WhatsApp's 24 hours after a patient's message end, less a margin of 10 minutes."""
    return heard_at + SERVICE_WINDOW - SAFETY_MARGIN


def at_place(moment: datetime, zone: str) -> ZonedDateTime:
    """Return an aware moment on the wall clock of `zone`; raise ValueError if there is no such zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return Instant(moment).to_tz(zone)
    except TimeZoneNotFoundError as error:
        raise unknown_zone(zone) from error


def local_text(moment: datetime, zone: str) -> str:
    """Return the wall-clock time "YYYY-MM-DDTHH:MM" of a moment at `zone`."""
    return at_place(moment, zone).to_plain().to_stdlib().strftime("%Y-%m-%dT%H:%M")


def on_wall(day: Date, wall: time, zone: str) -> ZonedDateTime:
    """Return the moment when clocks at `zone` show `wall` on `day`.

    A time that the clocks skip becomes the later one, of a time that they show twice the first
    is taken. Raise ValueError if there is no such zone.
    """
    local = PlainDateTime(day.year, day.month, day.day, wall.hour, wall.minute, wall.second)
    try:
        return local.assume_tz(zone, disambiguation="compatible")
    except TimeZoneNotFoundError as error:
        raise unknown_zone(zone) from error


def to_utc(moment: ZonedDateTime) -> datetime:
    """Return a moment as an aware UTC datetime."""
    return moment.to_instant().to_stdlib().astimezone(UTC)


def unknown_zone(zone: str) -> ValueError:
    """Return the error for a zone that does not exist, naming it."""
    return ValueError(f"unknown time zone {zone!r}: use an IANA name such as 'Asia/Tokyo'")


def _wall_time(moment: ZonedDateTime) -> time:
    return time(moment.hour, moment.minute, moment.second)
