"""What workers share that claim things, work on some of them side by side, and give back what failed."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from scheduler.clocks import Clocks
from scheduler.crew import Crew
from scheduler.loop import serve
from scheduler.wake import Alarm, Wake

T = TypeVar("T")


class Worker(ABC, Generic[T]):
    """Claims as much as it has hands for and works it off; what is given back sets the alarm."""

    name: ClassVar[str]

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

    async def run(self) -> None:
        """Work until cancelled; what is under way is then given a few seconds, and left to its lease."""
        try:
            await serve(self.name, self._turn, self.bell, self.clocks)
        finally:
            self.alarm.cancel()
            await self._crew.stop()

    async def run_once(self) -> int:
        """Work off one batch to its end and return how many things it held."""
        started = await self._start()
        await self._crew.drain()
        return started

    async def _turn(self) -> datetime | None:
        await self._start()
        return None

    async def _start(self) -> int:
        claimed = await self.claim(self._crew.free) if self._crew.free else ()
        for item in claimed:
            self._crew.start(self.work_off(item))
        return len(claimed)
