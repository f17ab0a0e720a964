"""The safety tick: rings every bell now and then, whatever was missed. It stores and knows nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.memory import MemoryJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

from scheduler.wake import Wake


class Every(BaseTrigger):  # type: ignore[misc]
    """So long after now, whatever was due before.

    APScheduler's own interval counts every moment that was missed: a clock that jumps a year ahead
    keeps it counting for minutes, and the event loop with it.
    """

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return the next moment to fire at."""
        return now + self._every


class Ticker:
    """APScheduler with one job in memory: late or missed ticks become one, none runs twice at once."""

    def __init__(self, bells: Sequence[Wake], every: timedelta) -> None:
        self._bells = tuple(bells)
        self._scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone=UTC)
        self._scheduler.add_job(
            self.tick,
            Every(every),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tick in the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Ring all bells. A coroutine, so that APScheduler runs it in the loop and in no thread."""
        for bell in self._bells:
            bell.ring()
