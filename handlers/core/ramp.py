"""After a long stop: much is overdue, and it goes out one by one instead of all at once (pure)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.core.contact_time import next_allowed
from handlers.core.values import ClinicId

LATE: Final = timedelta(hours=1)
"""What is overdue by more was kept back by a stop, not by a busy minute."""

AT_ONCE: Final = 10
"""So many of a clinic go out at once; only what comes after them waits for its turn."""

APART: Final = timedelta(seconds=10)
THROUGH_IN: Final = timedelta(hours=4)
FASTEST: Final = timedelta(seconds=1 / 6)
"""A fifth of what Telegram allows an account: answers come first."""

MARGIN: Final = timedelta(hours=1)
"""What would have its turn later than so long before its window ends waits for none."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A follow-up that should have been looked at long ago, and whose window is still open."""

    clinic: ClinicId
    id: str
    step: str
    zone: str
    next_at: datetime
    window_end: datetime
    is_opened: bool = False
    """It was opened already: what is due is a reminder."""


@dataclass(frozen=True, slots=True)
class Move:
    """Look at `what` at this moment instead."""

    what: Overdue
    to: datetime


def spread(
    overdue: Iterable[Overdue], now: datetime, ignores_quiet_hours: Callable[[str], bool]
) -> Sequence[Move]:
    """Return when each that must wait has its turn: what ends soonest first, never in quiet hours.

    A clinic's messages are 10 seconds apart, or closer if that would take longer than four hours.
    Steps (by id) that ignore quiet hours are bound to a procedure and wait for nobody.
    """
    by_clinic: dict[ClinicId, list[Overdue]] = defaultdict(list)
    for one in overdue:
        if not ignores_quiet_hours(one.step):
            by_clinic[one.clinic].append(one)
    return tuple(move for queue in by_clinic.values() for move in _spread(queue, now))


def _spread(queue: Sequence[Overdue], now: datetime) -> Iterable[Move]:
    waiting = sorted(queue, key=lambda one: (one.window_end, one.next_at, one.id))[AT_ONCE:]
    gap = max(min(APART, THROUGH_IN / max(len(waiting), 1)), FASTEST)
    mornings: Counter[datetime] = Counter()
    for place, one in enumerate(waiting, 1):
        turn = now + place * gap
        allowed = next_allowed(turn, one.zone)
        if allowed > turn:  # each morning has a queue of its own
            turn = allowed + mornings[allowed] * gap
            mornings[allowed] += 1
        if turn < one.window_end - MARGIN:
            yield Move(one, turn)
