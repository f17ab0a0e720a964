"""Tells staff what is queued for them: what comes in one moment for one receiver is one message."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from handlers.core.on_call import Means
from handlers.core.values import ClinicId
from handlers.errors import ContactGone, SendError, SendLater, SendRejected
from handlers.ports import ClaimedNotice, NoticeKind, Notices
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.loop import fault, outlast
from scheduler.wake import Wake
from scheduler.worker import Worker

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
TELL_LIMIT: Final = 8
TELL: Final = retry.Retry(base=timedelta(seconds=2), cap=timedelta(seconds=30), limit=TELL_LIMIT)
"""How often somebody is tried: about two minutes, then the next in the chain gets the alert."""

OUTWAIT: Final = retry.Retry(base=timedelta(minutes=1), cap=timedelta(minutes=8))
"""How often somebody is tried on meanwhile: less long than a round of the usual chain takes."""

_MIDNIGHT: Final = datetime(2000, 1, 1, tzinfo=UTC)

TIMEOUT: Final = timedelta(seconds=20)

TOGETHER: Final = 500
"""So many notices are taken at once: those for one receiver become one message."""

TAKE_OVER: Final = timedelta(seconds=2)
"""How often a process that doesn't hold an account looks whether it may."""

Tell = Callable[[Sequence[ClaimedNotice]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Line:
    """One way to a clinic's staff.

    `tell` hands over what is queued for one receiver as one message (SendError). `rest` says how long a
    receiver is left alone after a message; what comes meanwhile is told together. `holds` takes or keeps the
    right to send here, where only one process may.
    """

    clinic: ClinicId
    means: Means
    tell: Tell
    rest: Callable[[str], timedelta]
    holds: Callable[[], Awaitable[bool]] | None = None


class NoticeWorker(Worker[Sequence[ClaimedNotice]]):
    """Tells staff what is queued on one line, one message a receiver at a time."""

    def __init__(self, notices: Notices, line: Line, bell: Wake, clocks: Clocks) -> None:
        super().__init__(bell, clocks, side_by_side=16)
        self._notices = notices
        self._line = line
        self._resting: dict[str, datetime] = {}
        self._looks_at = clocks.now_system()

    @property
    def name(self) -> str:  # type: ignore[override]
        """Return what the log calls it."""
        return f"notices-{self._line.means.value}"

    async def claim(self, limit: int) -> Sequence[Sequence[ClaimedNotice]]:
        """Take what is due for receivers who are not resting, one heap each."""
        due = await self.next_due()
        if due is None or due > self.clocks.business.now() or not await self._is_ours():
            return ()
        now = self.clocks.now_system()
        self._resting = {address: until for address, until in self._resting.items() if until > now}
        claimed = await self._notices.claim(
            self._line.clinic,
            self._line.means,
            resting=self._resting.keys(),
            now=self.clocks.business.now(),
            now_system=now,
            lease=LEASE,
            limit=TOGETHER,
        )
        heaps: dict[str, list[ClaimedNotice]] = {}
        for notice in claimed:
            heaps.setdefault(notice.way.address, []).append(notice)
            self._resting[notice.way.address] = now + LEASE
        return tuple(heaps.values())

    async def let_go(self, item: Sequence[ClaimedNotice]) -> None:
        """Free a heap at once."""
        await self._notices.postpone(item, until=self.clocks.business.now(), code="stopping")

    async def next_due(self) -> datetime | None:
        """Return when the next one is due."""
        return await self._notices.next_due(self._line.clinic, self._line.means)

    async def work_off(self, item: Sequence[ClaimedNotice]) -> None:
        """Tell a heap, and let its receiver rest; an alert that somebody took meanwhile is not told."""
        over = [one for one in item if one.kind is NoticeKind.ALERT and one.taken_at is not None]
        left = [one for one in item if one not in over]
        try:
            if over:
                await self._keep(lambda: self._notices.drop(over, now=self.clocks.business.now()))
            if left:
                await self._tell(left)
        finally:
            self._rest(item[0].way.address, self._line.rest(item[0].way.address))

    async def _tell(self, heap: Sequence[ClaimedNotice]) -> None:
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                await self._line.tell(heap)
        except (SendError, TimeoutError) as error:
            await self._failed(heap, error)
        except Exception as error:  # noqa: BLE001  whatever it is: the next one in the chain must hear of it
            log.warning("notice broke", extra={"fault": fault(error)})
            await self._failed(heap, error)
        else:
            await self._keep(lambda: self._notices.settle(heap, now=self.clocks.business.now()))

    async def _failed(self, heap: Sequence[ClaimedNotice], error: Exception) -> None:
        code = error.code if isinstance(error, SendError) else type(error).__name__
        log.warning("staff not told", extra={"means": self._line.means.value, "code": code})
        now, attempts = self.clocks.business.now(), max(one.attempts for one in heap)
        if isinstance(error, ContactGone | SendRejected):
            await self._keep(lambda: self._notices.fail(heap, now=now, code=code))
            return
        if retry.is_last(TELL, attempts):
            await self._outwait(heap, error, code, now=now, attempts=attempts)
            return
        asked = error.after if isinstance(error, SendLater) else None
        wait = asked or max(retry.back_off(TELL, attempts, self.clocks.chance()), TELL.base / 2)
        await self._keep(lambda: self._notices.postpone(heap, until=now + wait, code=code))

    async def _outwait(
        self, heap: Sequence[ClaimedNotice], error: Exception, code: str, *, now: datetime, attempts: int
    ) -> None:
        """Try alerts on, ever more seldom, while the next in the chain hears of them; drop mere news."""
        news = [one for one in heap if one.kind is not NoticeKind.ALERT]
        left = [one for one in heap if one not in news]
        asked = error.after if isinstance(error, SendLater) else None
        until = max(_in_step(now, attempts - TELL_LIMIT), now + (asked or timedelta(0)))
        if news:
            await self._keep(lambda: self._notices.fail(news, now=now, code=code))
        if left:
            await self._keep(lambda: self._notices.outwait(left, now=now, until=until, code=code))

    async def _keep(self, write: Callable[[], Awaitable[None]]) -> None:
        await outlast(write, self.clocks, self.clocks.now_system() + LEASE)

    def _rest(self, address: str, wait: timedelta) -> None:
        self._resting[address] = self.clocks.now_system() + wait
        self.alarm.set(wait)

    async def _is_ours(self) -> bool:
        if self._line.holds is None or await self._line.holds():
            return True
        now = self.clocks.now_system()
        if now >= self._looks_at:
            self._looks_at = now + TAKE_OVER
            self.alarm.set(TAKE_OVER)
        return False


def _in_step(now: datetime, waits: int) -> datetime:
    """Return the next full minute, or two, four, eight of them: what waits for one service is tried together.

    However many alerts wait, a receiver costs one message each time.
    """
    pitch = retry.back_off(OUTWAIT, waits + 1, 1.0)
    return now + pitch - (now - _MIDNIGHT) % pitch
