"""Works off what came in: conversations side by side, each in its own order."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from handlers.core.internal import is_internal
from handlers.errors import StorageAway
from handlers.ports import Inbox, InboxRow
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.loop import decide_again, fault, outlast
from scheduler.wake import Wake
from scheduler.worker import Worker

log = logging.getLogger(__name__)

CRASHED: Final = "crashed"
"""Why an item is in quarantine that took the whole process down."""


@dataclass(frozen=True, slots=True)
class InboxTiming:
    """How long a row is leased and how many conversations are worked on at once."""

    lease: timedelta = timedelta(seconds=60)
    side_by_side: int = 32


class InboxWorker(Worker[InboxRow]):
    """Gives claimed rows to `take`, which settles them.

    A row that raises comes back with back-off; the third time it is put into quarantine, and so is
    one that took the whole process down three times: attempts are counted before they run. Rows in
    hand outlast an outage of the database: it puts nothing into quarantine. `is_told` says whether somebody
    is to hear that what they sent could not be read.
    """

    name = "inbox"

    def __init__(
        self,
        inbox: Inbox,
        take: Callable[[InboxRow], Awaitable[None]],
        bell: Wake,
        clocks: Clocks,
        *,
        timing: InboxTiming = InboxTiming(),
        is_told: Callable[[InboxRow], bool] = lambda _: False,
    ) -> None:
        super().__init__(bell, clocks, side_by_side=timing.side_by_side)
        self._inbox = inbox
        self._take = take
        self._timing = timing
        self._is_told = is_told
        self._stuck: set[str] = set()

    async def claim(self, limit: int) -> Sequence[InboxRow]:
        """Take rows, none while the disk is full."""
        if self._stuck:
            return ()
        return await self._inbox.claim(
            now_system=self.clocks.now_system(), lease=self._timing.lease, limit=limit
        )

    async def work_off(self, row: InboxRow) -> None:
        """Let `take` settle one row; give it back, or put it into quarantine, when that fails."""
        if retry.is_last(retry.INBOX, row.attempts - 1):
            await self._give_back(row, CRASHED, last=True)
            return
        try:
            await self._outlast(lambda: decide_again(lambda: self._take(row)), row)
        except Exception as error:  # noqa: BLE001  one bad row stops no other
            log.warning("inbox row failed", extra={"inbox_id": row.id, "fault": fault(error)})
            await self._give_back(row, type(error).__name__, last=retry.is_last(retry.INBOX, row.attempts))

    async def let_go(self, row: InboxRow) -> None:
        """Free a row at once."""
        await self._inbox.give_back(
            row, now_system=self.clocks.now_system(), code="stopping", last=False, free=True
        )

    async def _outlast(self, action: Callable[[], Awaitable[object]], row: InboxRow) -> None:
        """Run `action` through outages; while the disk is full, no further row is taken."""

        async def note() -> None:
            try:
                await action()
            except StorageAway as away:
                if away.is_full:
                    self._stuck.add(row.id)
                raise

        try:
            await outlast(note, self.clocks, self.clocks.now_system() + self._timing.lease)
        finally:
            self._stuck.discard(row.id)

    async def _give_back(self, row: InboxRow, code: str, *, last: bool) -> None:
        wait = retry.back_off(retry.INBOX, row.attempts, self.clocks.chance())
        moment = self.clocks.now_system() + (timedelta(0) if last else wait)
        told = last and self._hears_of(row, code)
        back = partial(self._inbox.give_back, row, now_system=moment, code=code, last=last, told=told)
        await self._outlast(back, row)
        self.alarm.set(wait)

    def _hears_of(self, row: InboxRow, code: str) -> bool:
        """Say whether somebody is told; what took the process down is not looked at again for that."""
        if code == CRASHED or is_internal(row.raw):
            return not is_internal(row.raw)
        try:
            return self._is_told(row)
        except Exception:  # noqa: BLE001  it cannot be read at all: somebody may have written it
            return True
