"""Cities whose clocks show a certain time: one for each way in which a clock goes through the year."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.core.understanding.folding import bare, fold
from handlers.decision import Decision
from handlers.wording import language_of
from handlers.world import World

CLOSE_ENOUGH = timedelta(minutes=20)
HALF_DAY = timedelta(hours=12)
MOST = 8
"""Cities shown at once: with "None of these" they fit into one list of WhatsApp."""
_YEAR = tuple(timedelta(days=15) * step for step in range(1, 26))


def candidates(world: World, now: datetime, ahead: timedelta) -> tuple[str, ...]:
    """Return up to `MOST` zones whose clocks are `ahead` of UTC now, as different over the year as can be.

    One large city for each way in which such clocks go on comes first; more of them fill what is left.
    """
    near = [zone for zone in world.places.every_zone() if _apart(_ahead(now, zone), ahead) <= CLOSE_ENOUGH]
    ways: dict[tuple[timedelta, ...], str] = {}
    for zone in near:
        ways.setdefault(tuple(_ahead(now + step, zone) for step in _YEAR), zone)
    found = [*ways.values(), *(zone for zone in near if zone not in ways.values())][:MOST]
    return tuple(found)


def city_meant(decision: Decision, text: str) -> str | None:
    """Return the zone of the city that was typed, if it is one that zones are called after."""
    cities = decision.world.places.cities(language_of(decision.case, decision.world))
    return cities.get(bare(fold(text)))


def distance(told: time, now: datetime, zone: str) -> timedelta:
    """Return how far a wall clock there is from the time that was told."""
    return abs(difference(told, now.astimezone(ZoneInfo(zone)).time()))


def difference(one: time, other: time) -> timedelta:
    """Return by how much one clock is ahead of another, half a day at most."""
    return _within_half_a_day(timedelta(hours=one.hour - other.hour, minutes=one.minute - other.minute))


def _ahead(now: datetime, zone: str) -> timedelta:
    return now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def _apart(one: timedelta, other: timedelta) -> timedelta:
    """Return how far two clocks are apart; 13 hours ahead and 11 behind show the same time."""
    return abs(_within_half_a_day(one - other))


def _within_half_a_day(apart: timedelta) -> timedelta:
    return (apart + HALF_DAY) % timedelta(days=1) - HALF_DAY
