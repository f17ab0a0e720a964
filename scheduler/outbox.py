"""Sends what is due at one channel account: claims it in small batches while the account is well."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.errors import AccountFault, SendError
from handlers.ports import Outbox, OutboxRow
from scheduler.account import Account, SendCases, SendTiming
from scheduler.clocks import Clocks
from scheduler.courier import Courier, Doors
from scheduler.crew import Crew
from scheduler.gate import Gate
from scheduler.health import HOLD, Health
from scheduler.loop import outlast, serve, unbroken
from scheduler.pacing import RATES, Pacer
from scheduler.settling import Settler
from scheduler.wake import Alarm, Wake

__all__ = ["Account", "SendCases", "SendTiming", "Sender"]

log = logging.getLogger(__name__)

BREATH: Final = timedelta(milliseconds=50)
"""Claims are at least so far apart: a claim costs as much as a send, whatever number it brings."""

TAKE_OVER: Final = timedelta(seconds=2)
"""How often a process that doesn't hold an account looks whether it may."""


class Sender:
    """Works off one account's queue, paced, at most `in_flight` calls at a time, cards first."""

    def __init__(
        self,
        account: Account,
        outbox: Outbox,
        cases: SendCases,
        wake: Wake,
        clocks: Clocks,
        timing: SendTiming | None = None,
    ) -> None:
        self._account = account
        self._outbox = outbox
        self._cases = cases
        self._wake = wake
        self._clocks = clocks
        self._timing = timing = timing or SendTiming()
        self._health = Health()
        self._pacer = account.pacer or Pacer(account.rates or RATES[account.kind])
        self._gate = Gate(timing.in_flight)
        self._alarm = Alarm(wake, clocks.sleep)
        self._asks_at = clocks.now_system()
        self._crew = Crew(timing.claimed, wake.ring)
        doors = Doors(self._health, self._pacer, self._gate, self._alarm)
        settler = Settler(outbox, cases, clocks)
        self._courier = Courier(account, outbox, settler, doors, clocks, timing)

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
            await self._clocks.sleep(BREATH.total_seconds())
            return None
        return await self._outbox.next_due(now=self._clocks.business.now())

    async def _start(self) -> int:
        now_system = self._clocks.now_system()
        room = self._health.room(self._crew.free, now_system, is_idle=self._crew.is_idle)
        if not room or self._pacer.is_paused(now_system) or not await self._is_ours(now_system):
            return 0
        if not await self._is_answered(now_system):
            return 0
        send_before = now_system + self._timing.lease - self._timing.timeout - self._timing.margin

        async def take(rows: Sequence[OutboxRow]) -> None:
            for row in rows:
                self._crew.start(self._courier.deliver(row, send_before, self._tell))

        # What nobody had in hand when we stop would count as an ambiguous send.
        rows = await unbroken(self._claim(room, now_system), take)
        await take(rows)
        if not rows:
            self._health.idle()
            if self._health.has_recovered():
                await self._tell("")
        return len(rows)

    async def _claim(self, room: int, now_system: datetime) -> list[OutboxRow]:
        return await self._outbox.claim(
            self._account.clinic,
            self._account.kind,
            self._account.name,
            now=self._clocks.business.now(),
            now_system=now_system,
            lease=self._timing.lease,
            limit=room,
        )

    async def _is_ours(self, now_system: datetime) -> bool:
        """Say whether this process sends at this account; if not, look again in a while."""
        if self._account.holds is None or await self._account.holds():
            return True
        if now_system >= self._asks_at:
            self._asks_at = now_system + TAKE_OVER
            self._alarm.set(TAKE_OVER)
        return False

    async def _is_answered(self, now_system: datetime) -> bool:
        """Ask a service that was in trouble something harmless before a message is risked."""
        if not self._health.wants_asking(now_system):
            return True
        if self._account.probe is not None:
            try:
                async with asyncio.timeout(self._timing.timeout.total_seconds()):
                    await self._account.probe()
            except AccountFault as fault_:
                self._alarm.set(HOLD)
                if self._health.refused(self._clocks.now_system()):
                    await self._tell(fault_.code)
                return False
            except (SendError, TimeoutError):
                self._alarm.set(self._health.silent(self._clocks.now_system(), self._clocks.chance()))
                return False
        self._health.answered()
        return True

    async def _tell(self, code: str) -> None:
        if code:
            log.error("account refused", extra={"account": self._account.name, "code": code})
        await outlast(lambda: self._cases.account(self._account, code), self._clocks)
