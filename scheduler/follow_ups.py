"""Starts the check-ins whose moment has come, one transaction each."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.core.ramp import LATE
from handlers.errors import StorageAway
from handlers.ports import ClaimedFollowUp, FollowUps
from scheduler.clocks import Clocks
from scheduler.loop import decide_again, fault, outlast
from scheduler.wake import Wake
from scheduler.worker import Worker

log = logging.getLogger(__name__)

Ration = Callable[[datetime, datetime], Awaitable[int]]
"""Puts off whom an account has no place for; given both clocks' present, returns how many those are."""

RATIONED = timedelta(seconds=1)
"""What falls due in between has the sender's own look at the day's places."""


@dataclass(frozen=True, slots=True)
class FollowUpCases:
    """The use cases behind the worker, one transaction each: the ordinary one, and the last resort.

    `catch_up(now, now_system)` is asked first when nobody has looked for a while; `ration`, which is
    given the same, each time before anything is claimed, once in `RATIONED` at most.
    """

    start: Callable[[ClaimedFollowUp], Awaitable[None]]
    give_up: Callable[[ClaimedFollowUp], Awaitable[None]]
    catch_up: Callable[[datetime, datetime], Awaitable[int]] | None = None
    ration: Ration | None = None


@dataclass(frozen=True, slots=True)
class FollowUpTiming:
    """How long a follow-up is leased, and how many are started side by side."""

    lease: timedelta = timedelta(seconds=60)
    side_by_side: int = 32
    give_up_after: int = 3


class FollowUpWorker(Worker[ClaimedFollowUp]):
    """Gives due follow-ups to `cases.start`, which saves them.

    One that raises is due again when its lease is over. After three times in a row `cases.give_up`
    shows it to a person: it is never silently lost.
    """

    name = "follow-ups"

    def __init__(
        self,
        follow_ups: FollowUps,
        cases: FollowUpCases,
        bell: Wake,
        clocks: Clocks,
        *,
        timing: FollowUpTiming = FollowUpTiming(),
    ) -> None:
        super().__init__(bell, clocks, side_by_side=timing.side_by_side)
        self._follow_ups = follow_ups
        self._cases = cases
        self._timing = timing
        self._looked_at: datetime | None = None
        self._rationed_at: datetime | None = None

    async def claim(self, limit: int) -> Sequence[ClaimedFollowUp]:
        """Take what is due, oldest first."""
        now, now_system = self.clocks.business.now(), self.clocks.now_system()
        await self._catch_up(now, now_system)
        await self._ration(now, now_system)
        claimed = await self._follow_ups.claim(
            now=now, now_system=now_system, lease=self._timing.lease, limit=limit
        )
        self._looked_at = now
        return claimed

    async def let_go(self, claimed: ClaimedFollowUp) -> None:
        """Free a follow-up at once."""
        await self._follow_ups.give_back(claimed)

    async def next_due(self) -> datetime | None:
        """Return when the next one is due."""
        return await self._follow_ups.next_due()

    async def _catch_up(self, now: datetime, now_system: datetime) -> None:
        """After a stop, a jump of business time or an outage: what is long overdue gets its turn."""
        if self._cases.catch_up is None:
            return
        if self._looked_at is None or now - self._looked_at > LATE:
            waiting = await self._cases.catch_up(now, now_system)
            if waiting:
                log.warning("many are overdue: they go out one by one", extra={"waiting": waiting})

    async def _ration(self, now: datetime, now_system: datetime) -> None:
        """Where an account may write to so many people a day: put off whom it has no place for."""
        if self._cases.ration is None:
            return
        if self._rationed_at is None or not timedelta(0) <= now_system - self._rationed_at < RATIONED:
            self._rationed_at = now_system
            if waiting := await self._cases.ration(now, now_system):
                log.warning("the day is full: some wait for a place", extra={"waiting": waiting})

    async def work_off(self, claimed: ClaimedFollowUp) -> None:
        """Start one, or give it up after three tries that came to nothing."""
        if claimed.attempts > self._timing.give_up_after:
            await self._give_up(claimed, "crashed")
            return
        try:
            until = self.clocks.now_system() + self._timing.lease
            await outlast(lambda: decide_again(lambda: self._cases.start(claimed)), self.clocks, until)
        except Exception as error:  # noqa: BLE001  one bad follow-up stops no other
            await self._failed(claimed, error)

    async def _failed(self, claimed: ClaimedFollowUp, error: Exception) -> None:
        ident = claimed.follow_up.id
        log.warning("follow-up failed", extra={"follow_up_id": ident, "fault": fault(error)})
        if claimed.attempts >= self._timing.give_up_after and not isinstance(error, StorageAway):
            await self._give_up(claimed, type(error).__name__)

    async def _give_up(self, claimed: ClaimedFollowUp, code: str) -> None:
        log.error("follow-up given up", extra={"follow_up_id": claimed.follow_up.id, "code": code})
        await decide_again(lambda: self._cases.give_up(claimed))
