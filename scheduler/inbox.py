"""Works off what came in: conversations side by side, each in its own order."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.errors import StorageAway
from handlers.ports import Inbox, InboxRow
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.crew import Crew
from scheduler.loop import decide_again, fault, outlast, serve
from scheduler.wake import Alarm, Bells

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InboxTiming:
    """How long a row is leased and how many conversations are worked on at once."""

    lease: timedelta = timedelta(seconds=60)
    side_by_side: int = 32


class InboxWorker:
    """Gives claimed rows to `take`, which settles them; after each, rings the other bells.

    A row that raises comes back with back-off; the third time it is put into quarantine, and so is
    one that took the whole process down three times: attempts are counted before they run. Rows in
    hand outlast an outage of the database: it puts nothing into quarantine.
    """

    def __init__(
        self,
        inbox: Inbox,
        take: Callable[[InboxRow], Awaitable[None]],
        bells: Bells,
        clocks: Clocks,
        *,
        timing: InboxTiming = InboxTiming(),
    ) -> None:
        self._inbox = inbox
        self._take = take
        self._bells = bells
        self._clocks = clocks
        self._timing = timing
        # A finished row may free the next one of its conversation: look again.
        self._crew = Crew(timing.side_by_side, bells.mine.ring)
        self._alarm = Alarm(bells.mine, clocks.sleep)
        self._stuck: set[str] = set()

    async def run(self) -> None:
        """Work until cancelled; rows under way are then given a few seconds to end."""
        try:
            await serve("inbox", self._turn, self._bells.mine, self._clocks)
        finally:
            self._alarm.cancel()
            await self._crew.stop()

    async def run_once(self) -> int:
        """Work off one batch to its end and return how many rows it held."""
        started = await self._start()
        await self._crew.drain()
        return started

    async def _turn(self) -> datetime | None:
        await self._start()
        return None

    async def _start(self) -> int:
        if not self._crew.free or self._stuck:
            return 0
        rows = await self._inbox.claim(
            now_system=self._clocks.now_system(), lease=self._timing.lease, limit=self._crew.free
        )
        for row in rows:
            self._crew.start(self._work_off(row))
        return len(rows)

    async def _work_off(self, row: InboxRow) -> None:
        if retry.is_last(retry.INBOX, row.attempts - 1):
            await self._give_back(row, "crashed", last=True)
            return
        try:
            await self._outlast(lambda: decide_again(lambda: self._take(row)), row)
        except Exception as error:  # noqa: BLE001  one bad row stops no other
            log.warning("inbox row failed", extra={"inbox_id": row.id, "fault": fault(error)})
            await self._give_back(row, type(error).__name__, last=retry.is_last(retry.INBOX, row.attempts))
        self._bells.ring_others()

    async def _outlast(self, action: Callable[[], Awaitable[None]], row: InboxRow) -> None:
        """Run `action` through outages; while the disk is full, no further row is taken."""

        async def note() -> None:
            try:
                await action()
            except StorageAway as away:
                if away.is_full:
                    self._stuck.add(row.id)
                raise

        try:
            await outlast(note, self._clocks, self._clocks.now_system() + self._timing.lease)
        finally:
            self._stuck.discard(row.id)

    async def _give_back(self, row: InboxRow, code: str, *, last: bool) -> None:
        wait = retry.back_off(retry.INBOX, row.attempts, self._clocks.chance())
        moment = self._clocks.now_system() + (timedelta(0) if last else wait)
        await self._outlast(lambda: self._inbox.give_back(row, now_system=moment, code=code, last=last), row)
        self._alarm.set(wait)
