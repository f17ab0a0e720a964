"""Who is told of an alert, and how long they are given before the next one is (pure).

A clinic's chain is a row of rungs: one member of staff each with their minutes, at last the clinic's
on-call address. Whoever can't be reached is passed over at once; after the last rung everything
begins again, until somebody takes the alert.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from handlers.core.changes import Level

URGENT: Final = {Level.ORANGE: 1, Level.RED: 2, Level.CRISIS: 3}
"""The levels of which staff are alerted, and how urgent each is (clinical.md section 9)."""

_SAME_DAY: Final = URGENT[Level.ORANGE]

EVERYBODY: Final = ""
"""The person of the one rung that stands where no chain was entered: all who look after patients."""

ROLES: Final = frozenset({"coordinator", "nurse", "nurse-limited", "doctor", "administrator"})
"""Who is told where no chain was entered."""


class Means(StrEnum):
    """A way on which staff are told."""

    EMAIL = "email"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Way:
    """Where to tell somebody: an e-mail address or a chat; without `staff` it is the on-call address."""

    means: Means
    address: str
    staff: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One member of staff (or EVERYBODY), and after how many minutes without an answer the next is told."""

    staff: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A clinic's on-call chain. `minutes` are those of the last rung, after which all begins again.

    An ORANGE alert is for the same day, unless its rule wants a call within the hour: each of its rungs has
    `orange_minutes`.
    """

    rungs: tuple[Rung, ...] = ()
    email: str = ""
    minutes: int = 15
    orange_minutes: int = 120


USUAL: Final = Rung(EVERYBODY, 10)
"""The rung that stands where no chain was entered."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff with the ways on which they can be told now."""

    id: str
    role: str
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody who can be told now; `address` are the ways of the clinic's on-call address."""

    people: tuple[Person, ...] = ()
    address: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Climb:
    """What a step up the chain does: tell these `ways`, look again after `wait` at step `next_step`.

    `step` counts from 0 through all repetitions, so that none is ever done twice. Without ways nobody
    at all can be reached.
    """

    step: int
    ways: tuple[Way, ...]
    wait: timedelta

    @property
    def next_step(self) -> int:
        """Return the step that comes when nobody took the alert."""
        return self.step + 1


def urgency_of(level: Level, *, hurried: bool) -> int:
    """Return how urgent an alert is: with a call within the hour at least as urgent as a RED answer."""
    return max(URGENT[level], URGENT[Level.RED] if hurried else 0)


def climb(chain: Chain, roster: Roster, step: int, urgency: int) -> Climb:
    """Return who is told at `step` or, where that rung reaches nobody, at the next one that does."""
    rungs = _rungs(chain, roster)
    for ahead in range(len(rungs)):
        ways, minutes = rungs[(step + ahead) % len(rungs)]
        if ways:
            return Climb(step + ahead, ways, _wait(chain, minutes, urgency))
    return Climb(step, (), _wait(chain, chain.minutes, urgency))


def reaches_somebody(chain: Chain, roster: Roster) -> bool:
    """Say whether an alert would reach anybody."""
    return any(ways for ways, _ in _rungs(chain, roster))


def _rungs(chain: Chain, roster: Roster) -> Sequence[tuple[tuple[Way, ...], int]]:
    people = [(_ways(rung, roster), rung.minutes) for rung in chain.rungs or (USUAL,)]
    return (*people, (roster.address, chain.minutes))


def _ways(rung: Rung, roster: Roster) -> tuple[Way, ...]:
    meant = (one for one in roster.people if _is_meant(rung, one))
    return tuple(_once(way for one in meant for way in one.ways))


def _is_meant(rung: Rung, person: Person) -> bool:
    return person.role in ROLES if rung.staff == EVERYBODY else person.id == rung.staff


def _once(ways: Iterable[Way]) -> Iterable[Way]:
    return {(way.means, way.address): way for way in ways}.values()


def _wait(chain: Chain, minutes: int, urgency: int) -> timedelta:
    return timedelta(minutes=chain.orange_minutes if urgency <= _SAME_DAY else minutes)
