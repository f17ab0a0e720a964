"""The bell that says "something is due": rung after commits and by the tick."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from handlers.ports import Clock


class Wake:
    """A bell for one worker. A ring that comes while the worker works is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Let the worker look for work now, or right after what it does at the moment."""
        self._rung.set()

    def hush(self) -> None:
        """Forget earlier rings; call before looking for work, never after."""
        self._rung.clear()

    async def wait(self, until: datetime | None, clock: Clock) -> None:
        """Return when the bell is rung, or when business time reaches `until`."""
        if until is None:
            await self._rung.wait()
        elif not self._rung.is_set():
            await _first(
                asyncio.create_task(self._rung.wait()), asyncio.create_task(clock.sleep_until(until))
            )


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


async def _first(*tasks: "asyncio.Task[object]") -> None:
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
