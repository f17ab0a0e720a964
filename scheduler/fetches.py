"""Brings in files that wait at the services, streamed and limited, outside every transaction."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.core.file_kinds import HEAD, WRONG_KIND, is_taken
from handlers.errors import FetchError, FetchHeld, FetchLater, FetchRefused, StorageAway
from handlers.ports import Channel, Fetches, PendingFetch
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.health import HOLD
from scheduler.loop import fault, outlast
from scheduler.wake import Wake
from scheduler.worker import Worker

log = logging.getLogger(__name__)

Told = Callable[[PendingFetch, str], Awaitable[None]]
"""Who hears that the account a file waits at is refused, by the service's code, or works again: ""."""

OUTLASTED: Final = timedelta(days=3)
"""So long a file outlasts a service that is away; then its tries count, and the patient is asked again.

WhatsApp keeps a file for seven days after it was sent, Telegram longer.
"""


async def _told_nobody(_fetch: PendingFetch, _code: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class FetchTiming:
    """A file may take as long as `longest`; `limit_bytes` is the largest that is taken.

    The short `lease` is kept while it comes, so that the files of a process that died are free soon.
    """

    limit_bytes: int
    lease: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=10)
    side_by_side: int = 4


class FetchWorker(Worker[PendingFetch]):
    """Streams each claimed file into the store; after five failed tries it ends as refused.

    What says nothing about the file (the service is away or wants us slower, the account is refused) costs
    no try. A refused account's other files wait with it, as they do for a time that the service names.
    """

    name = "fetches"

    def __init__(
        self,
        fetches: Fetches,
        channel_of: Callable[[PendingFetch], Channel],
        bell: Wake,
        clocks: Clocks,
        timing: FetchTiming,
        told: Told = _told_nobody,
    ) -> None:
        super().__init__(bell, clocks, side_by_side=timing.side_by_side)
        self._told = told
        self._pauses: dict[int, datetime] = {}
        self._refused: set[int] = set()
        self._fetches = fetches
        self._channel_of = channel_of
        self._timing = timing

    async def claim(self, limit: int) -> Sequence[PendingFetch]:
        """Take files that wait."""
        return await self._fetches.claim(
            now_system=self.clocks.now_system(), lease=self._timing.lease, limit=limit
        )

    async def work_off(self, fetch: PendingFetch) -> None:
        """Bring one file in, or give it back."""
        channel = self._channel_of(fetch)
        if pause := self._pause_of(channel):
            await self._give_back(fetch, FetchHeld(fetch.code or "account", after=pause))
            return
        try:
            await self._stream(fetch, channel)
            await self._works(fetch, channel)
        except FetchError as error:
            await self._pause(fetch, channel, error)
            await self._give_back(fetch, error)
        except StorageAway as away:
            await self._give_back(fetch, FetchLater(away.code), free=True)
        except TimeoutError:
            await self._give_back(fetch, FetchLater("timeout"))
        except Exception as error:  # noqa: BLE001  one bad file stops no other
            log.warning("fetch broke", extra={"document_id": fetch.id, "fault": fault(error)})
            await self._give_back(fetch, FetchLater(type(error).__name__))

    async def let_go(self, fetch: PendingFetch) -> None:
        """Free a file at once: another process begins it anew."""
        await self._fetches.give_back(
            fetch,
            until_system=self.clocks.now_system(),
            code="stopping",
            last=False,
            now=self.clocks.business.now(),
            free=True,
        )

    def _pause_of(self, channel: Channel) -> timedelta | None:
        """Return how long nothing is fetched at an account; at a refused one a single file finds out."""
        now, account = self.clocks.now_system(), id(channel)
        until = self._pauses.get(account, now)
        if until > now:
            return until - now
        if account in self._refused:
            self._pauses[account] = now + HOLD
        return None

    async def _pause(self, fetch: PendingFetch, channel: Channel, error: FetchError) -> None:
        """Let the account's other files wait, too, where it is the account that is refused or throttled."""
        is_refused = isinstance(error, FetchHeld)
        if is_refused or (error.free and error.after):
            self._pauses[id(channel)] = self.clocks.now_system() + (error.after or HOLD)
        if is_refused and id(channel) not in self._refused:
            self._refused.add(id(channel))
            await outlast(lambda: self._told(fetch, error.code), self.clocks)

    async def _works(self, fetch: PendingFetch, channel: Channel) -> None:
        """Tell that an account which was refused works again."""
        if id(channel) in self._refused:
            await outlast(lambda: self._told(fetch, ""), self.clocks)
            self._refused.discard(id(channel))
            self._pauses.pop(id(channel), None)

    async def _stream(self, fetch: PendingFetch, channel: Channel) -> None:
        limit = self._timing.limit_bytes
        if retry.is_last(retry.FETCH, fetch.attempts - 1):
            raise FetchRefused("crashed")
        if fetch.size is not None and fetch.size > limit:
            raise FetchRefused("too-large")
        content = channel.fetch(fetch.ref, limit_bytes=limit)
        longest = asyncio.timeout(self._timing.longest.total_seconds())
        async with longest, self._leased(fetch), aclosing(_chunks(content)) as chunks:
            known = _of_a_kind(chunks, fetch.name)
            await self._fetches.store(fetch, known, limit_bytes=limit, now=self.clocks.business.now())

    @asynccontextmanager
    async def _leased(self, fetch: PendingFetch) -> AsyncIterator[None]:
        """Keep the lease while the body runs."""
        keeper = asyncio.create_task(self._keep(fetch))
        try:
            yield
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def _keep(self, fetch: PendingFetch) -> None:
        """Lengthen the lease thrice as often as needed, until somebody else has the file."""
        lease = self._timing.lease
        held = True
        while held:
            await self.clocks.sleep(lease.total_seconds() / 3)
            with suppress(StorageAway):
                held = await self._fetches.keep(fetch, until_system=self.clocks.now_system() + lease)

    async def _give_back(self, fetch: PendingFetch, error: FetchError, *, free: bool = False) -> None:
        now, chance = self.clocks.business.now(), self.clocks.chance()
        waited = now - fetch.noted_at
        outlasts = isinstance(error, FetchHeld) or (error.free and waited < OUTLASTED)
        free = free or outlasts
        last = not free and (isinstance(error, FetchRefused) or retry.is_last(retry.FETCH, fetch.attempts))
        wait = error.after or _wait(error, fetch.attempts, waited, chance, outlasts=outlasts)
        until = self.clocks.now_system() + wait
        await outlast(
            lambda: self._fetches.give_back(
                fetch, until_system=until, code=error.code, last=last, now=now, free=free
            ),
            self.clocks,
        )
        if not last:
            self.alarm.set(wait)


def _wait(error: FetchError, attempts: int, waited: timedelta, chance: float, *, outlasts: bool) -> timedelta:
    """Return how long to wait where the service named no time."""
    if isinstance(error, FetchHeld):
        return HOLD
    if outlasts:
        return retry.ever_longer(retry.FETCH, waited, chance)
    return retry.back_off(retry.FETCH, attempts, chance)


async def _of_a_kind(content: AsyncIterator[bytes], name: str) -> AsyncIterator[bytes]:
    """Yield the content of a file that is taken; of any other nothing, but FetchRefused."""
    head = b""
    async for chunk in content:
        head += chunk
        if len(head) >= HEAD:
            break
    if not is_taken(head[:HEAD], name):
        raise FetchRefused(WRONG_KIND)
    yield head
    async for chunk in content:
        yield chunk


async def _chunks(content: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield the content, and close its connection however the reading ends."""
    try:
        async for chunk in content:
            yield chunk
    finally:
        close = getattr(content, "aclose", None)
        if close is not None:
            await close()
