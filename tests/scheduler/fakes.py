"""The ports in memory, and a time that moves only when everybody waits."""

import asyncio
import heapq
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from handlers.core.messages import Body, Lane
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId
from handlers.ports import InboxRow, OutboxRow
from scheduler.clocks import Clocks

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CLINIC = ClinicId("default")


class FakeTime:
    """Business and system time in one; `pass_time` jumps from sleeper to sleeper."""

    def __init__(self, chance=1.0):
        self.time = NOON
        self._sleepers = []
        self._numbers = count()
        self.clocks = Clocks(business=self, now_system=self.now, sleep=self.sleep, chance=lambda: chance)

    def now(self):
        return self.time

    async def sleep(self, seconds):
        await self.sleep_until(self.time + timedelta(seconds=seconds))

    async def sleep_until(self, moment):
        if moment <= self.time:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._numbers), waiter))
        await waiter

    async def finish(self, work):
        """Run `work` to its end, letting time pass as needed."""
        task = asyncio.ensure_future(work)
        await self._idle()
        while not task.done():
            assert self._sleepers, "everybody waits and nobody sleeps"
            self._wake_next()
            await self._idle()
        return task.result()

    async def pass_time(self, duration):
        """Let everybody work and sleep for `duration`."""
        end = self.time + duration
        await self._idle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._wake_next()
            await self._idle()
        self.time = end
        await self._idle()

    def _wake_next(self):
        moment, _, waiter = heapq.heappop(self._sleepers)
        if not waiter.done():
            self.time = max(self.time, moment)
            waiter.set_result(None)

    async def _idle(self):
        for _ in range(60):
            await asyncio.sleep(0)


@dataclass
class Kept:
    """A row and what the table knows beside it."""

    row: object
    state: str = "queued"
    free_at: datetime = NOON
    leased_until: datetime | None = None
    settled: list = field(default_factory=list)
    called_off: str = ""

    def is_free(self, now):
        return self.state == "queued" and self.free_at <= now and not self.is_leased(now)

    def is_leased(self, now):
        return self.leased_until is not None and now < self.leased_until

    def lease(self, until):
        self.leased_until = until
        self.row = replace(self.row, attempts=self.row.attempts + 1, fence=self.row.fence + 1)
        return self.row

    def holds(self, row):
        return self.row.fence == row.fence and self.state == "queued"


class FakeInbox:
    """Rows by conversation; the oldest of each is claimed."""

    def __init__(self, *conversations):
        self.kept = [Kept(inbox_row(f"i{n}", name)) for n, name in enumerate(conversations)]
        self.claims = 0
        self.told = []
        self.is_down = False

    async def claim(self, *, now_system, lease, limit):
        self.claims += 1
        if self.is_down:
            raise ConnectionError("database")
        oldest = {}
        for kept in self.kept:
            if kept.state == "queued":
                oldest.setdefault(kept.row.conversation, kept)
        free = [kept for kept in oldest.values() if kept.is_free(now_system)]
        return [kept.lease(now_system + lease) for kept in free[:limit]]

    async def give_back(self, row, *, now_system, code, last, free=False, told=False):
        kept = self._of(row)
        if kept.holds(row):
            kept.row = replace(kept.row, attempts=kept.row.attempts - free)
            kept.free_at, kept.leased_until = now_system, None
            kept.state = "quarantined" if last else "queued"
            kept.settled.append(code)
            self.told += [told] * last

    def done(self, row):
        self._of(row).state = "done"

    def states(self):
        return [kept.state for kept in self.kept]

    def _of(self, row):
        return next(kept for kept in self.kept if kept.row.id == row.id)


class FakeOutbox:
    """Rows by address and lane; the oldest of each is claimed, cards first."""

    def __init__(self, *rows):
        self.kept = [Kept(row) for row in rows]
        self.faults = []
        self.time = None

    async def claim(self, clinic, channel, account, *, now, now_system, lease, limit):
        oldest = {}
        for kept in self.kept:
            if kept.state == "queued":
                oldest.setdefault((kept.row.point.address, kept.row.lane is Lane.TURN), kept)
        free = [kept for kept in oldest.values() if kept.is_free(now)]
        free.sort(key=lambda kept: kept.row.lane is Lane.TURN)
        return [kept.lease(now_system + lease) for kept in free[:limit]]

    async def settle_sent(self, row, provider_id, *, now):
        if self.faults:
            raise self.faults.pop()
        return self._end(row, "sent", (provider_id,))

    async def postpone(self, row, *, until, code, free, uncertain, now, taken=0):
        kept = self._of(row)
        if not kept.holds(row):
            return False
        kept.settled.append((code, until - now))
        kept.free_at, kept.leased_until = until, None
        kept.row = replace(
            kept.row, attempts=kept.row.attempts - free, uncertain=kept.row.uncertain + uncertain
        )
        return True

    async def rest(self, row, *, until_system, code, taken=0):
        kept = self._of(row)
        if not kept.holds(row):
            return False
        kept.settled.append((code, until_system - self.time.now()) if self.time else code)
        kept.free_at, kept.leased_until = until_system, None
        kept.row = replace(kept.row, attempts=kept.row.attempts - 1)
        return True

    async def why_not(self, row):
        kept = self._of(row)
        return kept.called_off if kept.holds(row) else None

    async def settle_failed(
        self, row, *, code, state, now, changes=(), uncertain=False, free=False, then=None
    ):
        follows = then(None) if then and self._of(row).holds(row) else ()
        return self._end(row, state, (code, *changes, *follows))

    async def next_due(self, *, now):
        return min((kept.free_at for kept in self.kept if kept.state == "queued"), default=None)

    def states(self):
        return [kept.state for kept in self.kept]

    def add(self, row):
        self.kept.append(Kept(row))

    def _end(self, row, state, what):
        kept = self._of(row)
        if not kept.holds(row):
            return False
        kept.state = state
        kept.settled.extend(what)
        return True

    def _of(self, row):
        return next(kept for kept in self.kept if kept.row.id == row.id)


class FakeChannel:
    """Sends after `latency`; raises the faults it was given first, in order, then takes everything."""

    def __init__(self, time, *faults, latency=timedelta(0)):
        self._time = time
        self._latency = latency
        self.faults = list(faults)
        self.sent = []
        self.in_flight = 0
        self.most_in_flight = 0

    async def send(self, message):
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            self.sent.append((self._time.now(), message))
            if self._latency:
                await self._time.sleep(self._latency.total_seconds())
            if self.faults and (fault := self.faults.pop(0)) is not None:
                raise fault
        finally:
            self.in_flight -= 1
        return f"p{len(self.sent)}"

    async def fetch(self, ref, *, limit_bytes):
        yield b"one"
        if self._latency:
            await self._time.sleep(self._latency.total_seconds())
        if self.faults:
            raise self.faults.pop(0)
        yield b"two"

    def moments(self):
        return [(moment - NOON).total_seconds() for moment, _ in self.sent]

    def ids(self):
        return [message.outbox_id for _, message in self.sent]


def inbox_row(ident, conversation):
    return InboxRow(
        id=ident,
        clinic=CLINIC,
        channel=ChannelKind.TELEGRAM,
        account="main",
        conversation=conversation,
        raw=b"{}",
        received_at=NOON,
        attempts=0,
        fence=0,
    )


def outbox_row(ident="o1", address="c1", *, channel=ChannelKind.TELEGRAM, **more):
    return OutboxRow(
        **{
            "id": ident,
            "clinic": CLINIC,
            "patient": PatientId("p"),
            "contact": f"contact-{address}",
            "point": ContactPoint(channel, "main", address),
            "body": Body("Hello"),
            "attempts": 0,
            "uncertain": 0,
            "fence": 0,
            "expires_at": None,
            "resend_if_uncertain": True,
            "window_open": True,
            **more,
        }
    )
