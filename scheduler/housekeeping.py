"""Runs the small periodic jobs: destroying old day keys, pruning, checks."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.clocks import Clocks
from scheduler.loop import fault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """One job and how often it runs, on the machine's clock."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


class Housekeeping:
    """Runs each chore at the start and then at its interval; one that fails stops no other."""

    def __init__(self, chores: Sequence[Chore], clocks: Clocks) -> None:
        self._chores = tuple(chores)
        self._clocks = clocks
        self._due: dict[str, datetime] = {}

    async def run(self) -> None:
        """Run chores until cancelled."""
        while self._chores:
            await self.run_once()
            wait = min(self._due.values()) - self._clocks.now_system()
            await self._clocks.sleep(max(wait, timedelta(0)).total_seconds())

    async def run_once(self) -> None:
        """Run every chore that is due now, one after the other."""
        for chore in self._chores:
            now = self._clocks.now_system()
            if self._due.get(chore.name, now) <= now:
                self._due[chore.name] = now + chore.every
                await self._run(chore)

    async def _run(self, chore: Chore) -> None:
        try:
            await chore.run()
        except Exception as error:  # noqa: BLE001  tried again at its next time
            log.warning("chore failed", extra={"chore": chore.name, "fault": fault(error)})
