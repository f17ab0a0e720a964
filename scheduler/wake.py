"""The bell that says "something is due": rung after commits and by the tick."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from handlers.ports import Clock


class Wake:
    """A bell for one worker. A ring that comes while the worker works is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._until: datetime | None = None
        self._sleeper: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """Let the worker look for work now, or right after what it does at the moment."""
        self._rung.set()

    def hush(self) -> None:
        """Forget earlier rings; call before looking for work, never after."""
        self._rung.clear()

    async def wait(self, until: datetime | None, clock: Clock) -> None:
        """Return when the bell is rung, or when business time reaches `until`."""
        if self._rung.is_set():
            return
        self._aim_at(until, clock)
        await self._rung.wait()
        if self._sleeper is not None and self._sleeper.done():
            self._sleeper.result()  # a clock that can't tell the time is the worker's trouble

    def rest(self) -> None:
        """Wait for no moment any more: the worker has ended."""
        if self._sleeper is not None:
            self._sleeper.cancel()
        self._until = self._sleeper = None

    def _aim_at(self, until: datetime | None, clock: Clock) -> None:
        """Have one sleeper for the next moment; most waits end by a ring, and the moment stays the same."""
        if until is not None and until == self._until and self._sleeper and not self._sleeper.done():
            return
        self.rest()
        if until is not None:
            self._until, self._sleeper = until, asyncio.create_task(self._ring_at(until, clock))

    async def _ring_at(self, until: datetime, clock: Clock) -> None:
        try:
            await clock.sleep_until(until)
        finally:
            self._rung.set()


class Seldom:
    """Rings once in a while, however often it is asked to in between."""

    def __init__(
        self, ring: Callable[[], None], every: timedelta, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._ring = ring
        self._every = every
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Ring soon, if that is not under way already."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ring_later())

    async def _ring_later(self) -> None:
        await self._sleep(self._every.total_seconds())
        self._ring()


class Alarm:
    """Rings a bell after a while on the machine's clock."""

    def __init__(self, bell: Wake, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._bell = bell
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()

    def set(self, after: timedelta) -> None:
        """Ring the bell once, `after` from now."""
        task = asyncio.create_task(self._ring(after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Ring no more."""
        for task in self._tasks:
            task.cancel()

    async def _ring(self, after: timedelta) -> None:
        await self._sleep(after.total_seconds())
        self._bell.ring()
