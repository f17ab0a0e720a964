"""Lets alerts climb that nobody has taken: the next step of the chain, one transaction each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.ports import Alerts, ClaimedAlert
from scheduler.clocks import Clocks
from scheduler.loop import outlast
from scheduler.wake import Wake
from scheduler.worker import Worker

LEASE: Final = timedelta(seconds=60)

TOGETHER: Final = 200
"""So many alerts step on in one transaction."""


class AlertWorker(Worker[Sequence[ClaimedAlert]]):
    """Gives the alerts of a clinic whose next step has come to `climb`, which saves the steps together."""

    name = "alerts"

    def __init__(
        self,
        alerts: Alerts,
        climb: Callable[[Sequence[ClaimedAlert]], Awaitable[None]],
        bell: Wake,
        clocks: Clocks,
    ) -> None:
        super().__init__(bell, clocks, side_by_side=4)
        self._alerts = alerts
        self._climb = climb

    async def claim(self, limit: int) -> Sequence[Sequence[ClaimedAlert]]:
        """Take what is due, oldest first; mostly nothing is, and looking is all it costs."""
        now = self.clocks.business.now()
        due = await self._alerts.next_due()
        if due is None or due > now:
            return ()
        claimed = await self._alerts.claim(
            now=now, now_system=self.clocks.now_system(), lease=LEASE, limit=TOGETHER
        )
        heaps: dict[str, list[ClaimedAlert]] = {}
        for alert in claimed:
            heaps.setdefault(alert.clinic, []).append(alert)
        return tuple(heaps.values())

    async def let_go(self, item: Sequence[ClaimedAlert]) -> None:
        """Free them at once."""
        for alert in item:
            await self._alerts.give_back(alert)

    async def next_due(self) -> datetime | None:
        """Return when the next step of any alert comes."""
        return await self._alerts.next_due()

    async def work_off(self, item: Sequence[ClaimedAlert]) -> None:
        """Do their steps; what fails is due again when its lease is over."""
        until = self.clocks.now_system() + LEASE
        await outlast(lambda: self._climb(item), self.clocks, until)
