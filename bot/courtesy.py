"""In a process that takes deliveries and works them off, whoever knocks goes first.

A service that waits for its acknowledgement delivers again; a patient hardly notices if the reply takes
a moment longer. So while deliveries come in, decisions are made one after the other, and between two of
them the process looks at the door.

One at a time is meant, and costs little: deciding is work of the processor in one Python process, so that
two at once end no sooner than one after the other, and each takes turns of the loop that a delivery waits
for. All they wait for is the database (the writer's group commit, a round trip to PostgreSQL), a small part
of each. Otherwise conversations go in parallel: when half a second has passed without a delivery, in
processes that take none, and across processes always.
"""

import os
import sys
from asyncio import Semaphore
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

T = TypeVar("T")

BUSY_FOR: Final = timedelta(seconds=0.5)
"""How long after a delivery the next one is expected: they come in bursts."""
STEP_BACK: Final = 5
"""By how much a process that only works leaves the processor to those that answer."""
HAND_OVER_SECONDS: Final = 0.0005
"""How long one thread may keep the others waiting: Python's own 5 ms are many when a delivery needs ten
turns of the loop and the thread that writes wants its own in between."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def settle_in(*, answers: bool) -> None:
    """Share the machine: a process that answers hands over quickly, one that does not steps back."""
    if answers:
        sys.setswitchinterval(HAND_OVER_SECONDS)
    else:
        os.nice(STEP_BACK)


@dataclass
class Courtesy:
    """Knows when somebody has knocked last. `now_system` is the machine's clock."""

    now_system: Callable[[], datetime]
    _knocked: datetime = _LONG_AGO
    _turns: Semaphore = field(default_factory=lambda: Semaphore(1))

    def knock(self) -> None:
        """Note that a delivery has come in."""
        self._knocked = self.now_system()

    def with_turns(self, work: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
        """Return `work`, done one after the other while deliveries come in, and side by side otherwise."""

        async def in_turn(what: T) -> None:
            async with self._turn():
                await work(what)

        return in_turn

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self.now_system() - self._knocked > BUSY_FOR:
            yield
            return
        async with self._turns:
            yield
