"""Where somebody is on each day: at home, or on a trip whose days they have told (clinical.md section 11).

A trip lasts from the first moment of its first day to the last of its last one, both on the clocks of the
place. Nothing has to be done when it begins or ends: where somebody is follows from the moment alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from whenever import Date

from handlers.core.contact_time import at_place, on_wall, to_utc
from handlers.core.frozen import replace

_MIDNIGHT: Final = time()
_SUMMER: Final = 6
"""Months after which a clock that is put forward in summer shows another time than one that is not."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A stay away from home. `first` and `last` are its days "YYYY-MM-DD", `zone` the clock there."""

    country: str
    zone: str
    first: str
    last: str

    @property
    def begins(self) -> datetime:
        """Return the first moment of the first day there, in UTC."""
        return to_utc(on_wall(Date.parse_iso(self.first), _MIDNIGHT, self.zone))

    @property
    def ends(self) -> datetime:
        """Return the moment after the last day there, in UTC."""
        return to_utc(on_wall(Date.parse_iso(self.last).add(days=1), _MIDNIGHT, self.zone))

    def holds(self, moment: datetime) -> bool:
        """Say whether they are away at that moment."""
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True)
class Stays:
    """Where somebody is: `home` is the zone where they live, `trips` are in order and share no day."""

    home: str
    trips: tuple[Trip, ...] = ()

    def zone_on(self, day: Date) -> str:
        """Return the zone where they spend a calendar day."""
        iso = day.format_iso()
        return next((trip.zone for trip in self.trips if trip.first <= iso <= trip.last), self.home)

    def zone_at(self, moment: datetime) -> str:
        """Return the zone where they are at a moment."""
        trip = self.trip_at(moment)
        return trip.zone if trip else self.home

    def trip_at(self, moment: datetime) -> Trip | None:
        """Return the trip on which they are at a moment, None at home."""
        return next((trip for trip in self.trips if trip.holds(moment)), None)


def with_trip(trips: Iterable[Trip], new: Trip, now: datetime) -> tuple[Trip, ...]:
    """Return the trips with one more, in order: it replaces whatever shares days with it.

    One that ends on the day on which the new one begins ends a day sooner. What is over is let go.
    """
    kept = [left for trip in trips if trip.ends > now and (left := _beside(trip, new))]
    return tuple(sorted((*kept, new), key=lambda trip: trip.first))


def _beside(old: Trip, new: Trip) -> Trip | None:
    """Return what stays of a trip beside a later told one, None if it is replaced."""
    if old.first < old.last == new.first:
        return replace(old, last=Date.parse_iso(new.first).subtract(days=1).format_iso())
    return old if old.last < new.first or new.last < old.first else None


def home_again(trips: Iterable[Trip], now: datetime) -> tuple[Trip, ...]:
    """Return the trips of somebody who is at home now, sooner than told."""
    return tuple(trip for trip in trips if not trip.holds(now) and trip.ends > now)


def without_trip(trips: Iterable[Trip], first: str) -> tuple[Trip, ...]:
    """Return the trips without the one that begins on this day."""
    return tuple(trip for trip in trips if trip.first != first)


def ahead(trips: Iterable[Trip], now: datetime) -> tuple[Trip, ...]:
    """Return the trips that are under way or to come."""
    return tuple(trip for trip in trips if trip.ends > now)


def clocks_of(zones: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Return the zones of a country that differ, now or half a year from now; the first of each clock."""
    seen: dict[tuple[object, object], str] = {}
    for zone in zones:
        here = at_place(now, zone)
        seen.setdefault((here.offset, here.add(months=_SUMMER).offset), zone)
    return tuple(seen.values())


def clocks_ahead(stays: Stays, now: datetime, usual: str) -> str:
    """Return as text the zone `usual` that holds now, and when others begin: "A 2027-02-16T…Z=B".

    What is queued may leave days later, when its receiver has begun to travel.
    """
    moments = sorted({at for trip in stays.trips for at in (trip.begins, trip.ends) if at > now})
    return " ".join([usual, *(f"{at:%Y-%m-%dT%H:%MZ}={stays.zone_at(at)}" for at in moments)])


def clock_at(clocks: str, moment: datetime) -> str:
    """Return the zone that holds at a moment, of what `clocks_ahead` returned; a lone zone holds always."""
    zone, *later = clocks.split(" ")
    for one in later:
        since, _, there = one.partition("=")
        if datetime.fromisoformat(since) <= moment:
            zone = there
    return zone


def encode_trips(trips: Iterable[Trip]) -> str:
    """Return trips as text, a line each; empty without any."""
    return "\n".join(f"{trip.country} {trip.zone} {trip.first} {trip.last}" for trip in trips)


def decode_trips(text: str) -> tuple[Trip, ...]:
    """Return the trips in a text that `encode_trips` made; raise ValueError for any other."""
    try:
        return tuple(Trip(*line.split(" ")) for line in text.splitlines())
    except TypeError as error:
        raise ValueError("not a list of trips") from error
