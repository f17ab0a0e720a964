"""What workers share that claim things, work on some of them side by side, and give back what failed."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, Generic, TypeVar

from scheduler.clocks import Clocks
from scheduler.crew import GRACE, Crew
from scheduler.loop import fault, serve, unbroken
from scheduler.wake import Alarm, Wake

log = logging.getLogger(__name__)

T = TypeVar("T")

LETTING_GO: Final = timedelta(seconds=1)
"""So long giving back may take when the process stops: whoever stopped it waits. Then the lease decides."""


class Worker(ABC, Generic[T]):
    """Claims as much as it has hands for and works it off; what is given back sets the alarm."""

    name: ClassVar[str]
    grace = GRACE

    def __init__(self, bell: Wake, clocks: Clocks, *, side_by_side: int) -> None:
        self.bell = bell
        self.clocks = clocks
        self.alarm = Alarm(bell, clocks.sleep)
        # What is done may free the next thing: look again.
        self._crew = Crew(side_by_side, bell.ring)

    @abstractmethod
    async def claim(self, limit: int) -> Sequence[T]:
        """Take up to `limit` things that are due."""

    @abstractmethod
    async def work_off(self, item: T) -> None:
        """Do one of them to its end, and settle it or give it back."""

    @abstractmethod
    async def let_go(self, item: T) -> None:
        """Free one of them for others at once, without counting the try: this process stops."""

    async def run(self) -> None:
        """Work until cancelled; what is under way is then given a few seconds, and given back."""
        try:
            await serve(self.name, self._turn, self.bell, self.clocks)
        finally:
            self.alarm.cancel()
            await self._crew.stop(self.grace)

    async def run_once(self) -> int:
        """Work off one batch to its end and return how many things it held."""
        started = await self._start()
        await self._crew.drain()
        return started

    async def next_due(self) -> datetime | None:
        """Return when something will be due that nobody rings for; by default nothing is."""
        return None

    async def _turn(self) -> datetime | None:
        return None if await self._start() else await self.next_due()

    async def _start(self) -> int:
        if not self._crew.free:
            return 0
        claimed = await unbroken(self.claim(self._crew.free), self._let_all_go)
        for item in claimed:
            self._crew.start(self._one(item))
        return len(claimed)

    async def _one(self, item: T) -> None:
        try:
            await self.work_off(item)
        except asyncio.CancelledError:
            await self._let_all_go((item,))
            raise

    async def _let_all_go(self, items: Sequence[T]) -> None:
        try:
            async with asyncio.timeout(LETTING_GO.total_seconds()):
                await asyncio.gather(*map(self.let_go, items))
        except Exception as error:  # noqa: BLE001  then the lease frees it
            log.warning("not given back", extra={"worker": self.name, "fault": fault(error)})
