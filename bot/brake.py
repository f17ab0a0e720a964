"""Looks at the clocks every few seconds: remembers the time, tells staff of a jump, lets them end it."""

import asyncio
import platform
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.clock import boot_id, running_seconds
from bot.watch import Watch, likely_time
from handlers.gaps import SHORTEST
from storage.clock_marks import Brake, Tick
from storage.clocks import ClockStore
from storage.gaps import Gap

log = structlog.get_logger(__name__)

LONGEST_TICK: Final = 20.0
"""Seconds. A jump is told within a minute, whatever TICK_SECONDS says."""


@dataclass
class ClockBrake:
    """One process's part in the brake on clock jumps (ADR 0012)."""

    watch: Watch
    store: ClockStore
    boot: str = field(default_factory=boot_id)
    machine: str = field(default_factory=platform.node)
    running: Callable[[], float] = running_seconds
    ask_server: Callable[[], Awaitable[datetime | None]] | None = None
    """Another machine's clock, where there is one; by default the database's."""
    _is_engaged: bool = False
    _seen_at: datetime | None = None
    """When somebody was last here for certain: the last tick that was noted."""

    async def open(self) -> None:
        """Find out at the start what time it should be, before anything is done by the clock."""
        tick = await self.store.last_tick()
        self._seen_at = tick.at if tick else None
        server = await (self.ask_server or self.store.server_time)()
        self.watch.expect(likely_time(self.watch.wall(), tick, self.boot, self.running(), server))
        await self.look()

    async def run(
        self,
        every: float,
        tick: Callable[[], object],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Look at the clocks until cancelled; a database that is away is no reason to stop.

        Each look is a `tick` too: APScheduler waits by the wall clock, which may have been set back.
        """
        while True:
            await sleep(min(every, LONGEST_TICK))
            tick()
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  whatever it is, the next look may succeed
                log.warning("the clocks could not be noted", fault=type(error).__name__)

    async def look(self) -> None:
        """Compare the clocks, and remember the time."""
        brake = await self.store.brake_of(self.machine)
        if ahead := self.watch.ahead():
            await self._hold(ahead, brake)
        elif self._is_engaged or brake is not None:
            await self._let_go("clock: right again")
        now = self.watch.now()
        await self.store.note(Tick(now, self.boot, self.running()), self._gap(now))
        if not self._is_engaged:
            self._seen_at = now

    def _gap(self, now: datetime) -> Gap | None:
        """Return the time without anybody here, if it was so long that services have dropped something."""
        if self._is_engaged or self._seen_at is None or now - self._seen_at <= SHORTEST:
            return None
        log.error(
            "gap: nobody was here for longer than services keep what comes in", since=str(self._seen_at)
        )
        return Gap(self._seen_at, now)

    async def _hold(self, ahead: timedelta, brake: Brake | None) -> None:
        if not self._is_engaged:
            self._is_engaged = True
            seconds = round(ahead.total_seconds())
            log.error("clock: it jumped, and is not followed until staff have looked", seconds=seconds)
            await self.store.engage(Brake(self.machine, self.watch.now(), self.watch.wall()))
        elif brake is None or brake.released:
            # Released, or another process of this machine has seen that before us.
            self.watch.accept()
            await self._let_go("clock: staff say that it is right")

    async def _let_go(self, words: str) -> None:
        self._is_engaged = False
        log.warning(words)
        now: datetime = self.watch.now()
        await self.store.forget(self.machine, now=now)
