"""Sends what is due at one channel account: claim, pace, hand over, settle."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.core.messages import Outbound
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import SendError, SendLater, SendUncertain, SettingError, WindowClosed
from handlers.ports import Channel, Outbox, OutboxRow
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.crew import Crew
from scheduler.gate import Gate
from scheduler.health import HOLD, Health
from scheduler.loop import fault, serve
from scheduler.pacing import RATES, Pacer, Rates
from scheduler.settling import Settler
from scheduler.verdict import HoldAccount, Postpone, Sent, Verdict, before_sending, judge
from scheduler.wake import Alarm, Wake

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """A channel account, the way to its service and the service's limits."""

    clinic: ClinicId
    kind: ChannelKind
    name: str
    channel: Channel
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class SendCases:
    """Who is told: of an account that is refused, of a message that may not have arrived."""

    account_fault: Callable[[Account, str], Awaitable[None]]
    lost: Callable[[OutboxRow], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SendTiming:
    """Lease and limits of a sender. A send must be over before its lease is: checked when made.

    `in_flight` calls at once; `claimed` rows in hand, those waiting for their turn included. A
    conversation that must wait longer than `park` is given back.
    """

    lease: timedelta = timedelta(seconds=60)
    timeout: timedelta = timedelta(seconds=20)
    margin: timedelta = timedelta(seconds=5)
    in_flight: int = 16
    claimed: int = 64
    park: timedelta = timedelta(seconds=2)

    def __post_init__(self) -> None:
        """Raise SettingError if a send could outlive its lease."""
        if self.timeout + self.margin >= self.lease:
            raise SettingError(
                f"YORISOI_LEASE_SECONDS: {self.lease.total_seconds():g} must be more than"
                f" YORISOI_SEND_TIMEOUT_SECONDS + {self.margin.total_seconds():g}"
                f" = {(self.timeout + self.margin).total_seconds():g}"
            )


class Sender:
    """Works off one account's queue, paced, at most `in_flight` calls at a time, cards first."""

    def __init__(
        self,
        account: Account,
        outbox: Outbox,
        cases: SendCases,
        wake: Wake,
        clocks: Clocks,
        timing: SendTiming = SendTiming(),
    ) -> None:
        self._account = account
        self._outbox = outbox
        self._cases = cases
        self._wake = wake
        self._clocks = clocks
        self._timing = timing
        self._settler = Settler(outbox, cases.lost, clocks)
        self._pacer = Pacer(account.rates or RATES[account.kind])
        self._health = Health()
        self._gate = Gate(timing.in_flight)
        self._crew = Crew(timing.claimed, wake.ring)
        self._alarm = Alarm(wake, clocks.sleep)

    async def run(self) -> None:
        """Send until cancelled; calls under way are then given a few seconds to end."""
        try:
            await serve(f"sender {self._account.name}", self._turn, self._wake, self._clocks)
        finally:
            self._gate.close()
            self._alarm.cancel()
            await self._crew.stop()

    async def run_once(self) -> int:
        """Send one batch of what is due and return how many rows it held."""
        started = await self._start()
        await self._crew.drain()
        return started

    async def _turn(self) -> datetime | None:
        if await self._start():
            return None
        return await self._outbox.next_due(now=self._clocks.business.now())

    async def _start(self) -> int:
        now_system = self._clocks.now_system()
        room = self._health.room(self._crew.free, now_system, is_idle=self._crew.is_idle)
        if not room or self._pacer.is_paused(now_system):
            return 0
        rows = await self._outbox.claim(
            self._account.clinic,
            self._account.kind,
            self._account.name,
            now=self._clocks.business.now(),
            now_system=now_system,
            lease=self._timing.lease,
            limit=room,
        )
        send_before = now_system + self._timing.lease - self._timing.timeout - self._timing.margin
        for row in rows:
            self._crew.start(self._deliver(row, send_before))
        return len(rows)

    async def _deliver(self, row: OutboxRow, send_before: datetime) -> None:
        now = self._clocks.business.now()
        if (end := before_sending(row, now)) is not None:
            await self._settler.settle(row, end)
        elif (wait := await self._admit(row, send_before)) is not None:
            until = self._clocks.business.now() + wait
            await self._settler.settle(row, Postpone(until, "paced", free=True))
        else:
            try:
                verdict = await self._send(row)
            finally:
                self._gate.leave()
            await self._conclude(row, verdict)

    async def _admit(self, row: OutboxRow, send_before: datetime) -> timedelta | None:
        """Wait for this row's turn; return None inside the gate, else how long to put it off."""
        address, now = row.point.address, self._clocks.now_system()
        wait = self._pacer.conversation_wait(address, now)
        if wait > self._timing.park:
            return wait
        self._pacer.reserve_conversation(address, now)
        await self._pause(wait)
        if not await self._gate.enter(row.lane):
            return timedelta(0)
        put_off: timedelta | None = timedelta(0)
        try:
            put_off = await self._pace(send_before)
        finally:
            if put_off is not None:
                self._gate.leave()
        return put_off

    async def _pace(self, send_before: datetime) -> timedelta | None:
        while True:
            now = self._clocks.now_system()
            wait = self._pacer.reserve(now)
            if now + wait > send_before:
                return wait
            await self._pause(wait)
            now = self._clocks.now_system()
            if self._health.is_held(now):
                return timedelta(0)
            if not self._pacer.is_paused(now):
                return None

    async def _send(self, row: OutboxRow) -> Verdict:
        try:
            async with asyncio.timeout(self._timing.timeout.total_seconds()):
                sent = Sent(await self._hand_over(row))
        except SendError as error:
            return self._judge(row, error)
        except TimeoutError:
            return self._judge(row, SendUncertain("timeout"))
        except Exception as error:  # noqa: BLE001  whatever it was, it may have left us
            log.warning("send broke", extra={"outbox_id": row.id, "fault": fault(error)})
            return self._judge(row, SendUncertain(type(error).__name__))
        self._health.worked()
        return sent

    async def _hand_over(self, row: OutboxRow) -> str:
        message = Outbound(row.id, row.attempts, row.point.address, row.body, row.window_open)
        try:
            return await self._account.channel.send(message)
        except WindowClosed:
            # Our clock said open, the service's said closed: the template goes instead, at once.
            if not row.window_open or row.body.template is None:
                raise
            return await self._account.channel.send(replace(message, window_open=False))

    def _judge(self, row: OutboxRow, error: SendError) -> Verdict:
        now_system, chance = self._clocks.now_system(), self._clocks.chance()
        if isinstance(error, SendLater | SendUncertain):
            self._health.failed(now_system)
        wait = (
            retry.wait_out(retry.SEND, self._health.failing_for(now_system), chance)
            if error.free
            else retry.back_off(retry.SEND, row.attempts, chance)
        )
        return judge(row, error, now=self._clocks.business.now(), wait=wait)

    async def _conclude(self, row: OutboxRow, verdict: Verdict) -> None:
        if isinstance(verdict, HoldAccount):
            await self._hold(row, verdict.code)
            return
        if isinstance(verdict, Postpone):
            self._obey(row, verdict)
        else:
            self._health.worked()
        await self._settler.settle(row, verdict)

    def _obey(self, row: OutboxRow, verdict: Postpone) -> None:
        """Keep the waiting time that the service asked for, on the clock that it runs on."""
        if verdict.pause is None:
            return
        until = self._clocks.now_system() + verdict.pause
        if verdict.pair_only:
            self._pacer.pause_conversation(row.point.address, until)
        else:
            self._pacer.pause(until)
            self._alarm.set(verdict.pause)

    async def _hold(self, row: OutboxRow, code: str) -> None:
        is_news = self._health.hold(self._clocks.now_system())
        self._alarm.set(HOLD)
        await self._settler.settle(row, Postpone(self._clocks.business.now(), code, free=True))
        if is_news:
            log.error("account refused", extra={"account": self._account.name, "code": code})
            await self._cases.account_fault(self._account, code)

    async def _pause(self, wait: timedelta) -> None:
        if wait > timedelta(0):
            await self._clocks.sleep(wait.total_seconds())
