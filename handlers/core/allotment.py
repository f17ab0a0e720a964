"""Who has which of a day's places, when more people are due than may be written to first (pure)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.core.contact_time import next_allowed
from handlers.core.ramp import MARGIN, Move, Overdue
from handlers.core.tiers import DAY

AHEAD: Final = DAY
"""Who falls due within a day and can't wait for the next one has a place kept."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The contacts that need a place, and when places are free, the first one first."""

    due: tuple[Overdue, ...] = ()
    places: tuple[datetime, ...] = ()


def allot(demand: Demand, now: datetime, ignores_quiet_hours: Callable[[str], bool]) -> Sequence[Move]:
    """Return who is put off and to when, never to quiet hours: what ends soonest has the first place.

    An opening goes before a reminder. `ignores_quiet_hours` tells it of a step. For whom no place comes
    before their window ends, nothing is moved: they take their chance, and a person sees what becomes of it.
    """
    moves = []
    for one, place in zip(_in_order(demand.due, ignores_quiet_hours), _places(demand), strict=False):
        turn = place if ignores_quiet_hours(one.step) else next_allowed(place, one.zone)
        if place > max(now, one.next_at) and turn < one.window_end - MARGIN:
            moves.append(Move(one, turn))
    return moves


def is_wanted(one: Overdue, now: datetime) -> bool:
    """Say whether a contact takes part: it is due, or it will be soon and can't wait a day longer."""
    if one.next_at <= now:
        return True
    return one.next_at <= now + AHEAD and one.window_end <= one.next_at + DAY


def _in_order(due: Iterable[Overdue], is_urgent: Callable[[str], bool]) -> list[Overdue]:
    """Return the urgent first, then openings before reminders, and of those what ends soonest."""

    def place(one: Overdue) -> tuple[bool, bool, datetime, datetime, str]:
        return not is_urgent(one.step), one.is_opened, one.window_end, one.next_at, one.id

    return sorted(due, key=place)


def _places(demand: Demand) -> Iterable[datetime]:
    """Yield the moments of all places; each is free again a day after it was taken."""
    places, later = list(demand.places), timedelta(0)
    while places and later <= DAY * 60:
        for place in places:
            yield place + later
        later += DAY
