"""Brings the newest summaries to the clinic, by the ways that it chose, until each has a receipt."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.errors import SendError, SendLater, SendUncertain, StorageAway
from handlers.ports import Arrived, Deliveries, DeliveryState, OwedSummary, Way
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.loop import fault, outlast
from scheduler.wake import Wake
from scheduler.worker import Worker

log = logging.getLogger(__name__)

Deliver = Callable[[OwedSummary], Awaitable[Arrived | None]]
"""Brings one summary; None if there is nothing to bring any more. Raises SendError."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Brings what is owed by these `ways`.

    `holds` takes or keeps the right to, where only one process may.
    """

    name: str
    ways: Collection[Way]
    deliver: Deliver
    holds: Callable[[], Awaitable[bool]] | None = None
    side_by_side: int = 2


@dataclass(frozen=True, slots=True)
class DeliveryTiming:
    """A summary is brought well within its `lease`."""

    lease: timedelta = timedelta(minutes=3)


class SummaryWorker(Worker[OwedSummary]):
    """Tries again what did not arrive; every try bears the same key, so that none counts twice."""

    def __init__(
        self, deliveries: Deliveries, carrier: Carrier, bell: Wake, clocks: Clocks, timing: DeliveryTiming
    ) -> None:
        super().__init__(bell, clocks, side_by_side=carrier.side_by_side)
        self._deliveries = deliveries
        self._carrier = carrier
        self._timing = timing

    @property
    def name(self) -> str:  # type: ignore[override]
        """Return what the log calls it."""
        return self._carrier.name

    async def claim(self, limit: int) -> Sequence[OwedSummary]:
        """Take summaries that wait."""
        if self._carrier.holds is not None and not await self._carrier.holds():
            return ()
        return await self._deliveries.claim(
            ways=self._carrier.ways,
            now_system=self.clocks.now_system(),
            lease=self._timing.lease,
            limit=limit,
        )

    async def work_off(self, owed: OwedSummary) -> None:
        """Bring one summary, or give it back."""
        try:
            arrived = await self._carrier.deliver(owed)
        except SendError as error:
            await self._missed(owed, error)
        except StorageAway as away:
            await self._give_back(owed, SendLater(away.code, free=True))
        except Exception as error:  # noqa: BLE001  one bad summary stops no other
            log.warning("summary broke", extra={"delivery": owed.id, "fault": fault(error)})
            await self._missed(owed, SendLater(type(error).__name__))
        else:
            state = DeliveryState.CANCELLED if arrived is None else DeliveryState.DELIVERED
            await self._settle(owed, state, arrived=arrived)

    async def let_go(self, owed: OwedSummary) -> None:
        """Free a summary at once: another process brings it."""
        await self._deliveries.give_back(
            owed, until_system=self.clocks.now_system(), code="stopping", free=True
        )

    async def _missed(self, owed: OwedSummary, error: SendError) -> None:
        passes = isinstance(error, SendLater | SendUncertain)
        if passes and not retry.is_last(retry.DELIVER, owed.attempts):
            await self._give_back(owed, error)
        else:
            await self._settle(owed, DeliveryState.FAILED, code=error.code)

    async def _give_back(self, owed: OwedSummary, error: SendError) -> None:
        wait = error.after or retry.back_off(retry.DELIVER, owed.attempts, self.clocks.chance())
        until = self.clocks.now_system() + wait
        await outlast(
            lambda: self._deliveries.give_back(owed, until_system=until, code=error.code, free=error.free),
            self.clocks,
        )
        self.alarm.set(wait)

    async def _settle(
        self, owed: OwedSummary, state: DeliveryState, *, code: str = "", arrived: Arrived | None = None
    ) -> None:
        now = self.clocks.business.now()
        await outlast(
            lambda: self._deliveries.settle(owed, state, now=now, code=code, arrived=arrived), self.clocks
        )
        log.info("summary settled", extra={"delivery": owed.id, "state": state.value, "code": code})
