"""One claimed message on its way: look at it, wait for its turn, look again, hand it over, judge."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from handlers.core.messages import Outbound
from handlers.errors import AccountFault, SendError, SendLater, SendUncertain, TemplateRefused, WindowClosed
from handlers.ports import Outbox, OutboxRow
from scheduler import retry
from scheduler.account import Account, SendTiming
from scheduler.clocks import Clocks
from scheduler.gate import Gate
from scheduler.health import HOLD, Health
from scheduler.loop import fault
from scheduler.pacing import Pacer
from scheduler.settling import Settler
from scheduler.verdict import (
    End,
    HoldAccount,
    Postpone,
    Rest,
    Sent,
    Verdict,
    before_sending,
    judge,
    poisoned,
)
from scheduler.wake import Alarm
from scheduler.window import Call

log = logging.getLogger(__name__)

LAST_LOOK: Final = timedelta(milliseconds=20)
"""How long before its moment a message is looked at again: long enough for one read, no longer."""

OTHERS_FIRST: Final = timedelta(seconds=2)

_NOW: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Doors:
    """What all messages of an account pass through."""

    health: Health
    pacer: Pacer
    gate: Gate
    alarm: Alarm


class Courier:
    """Delivers claimed messages of one account, each to a verdict that is written down."""

    def __init__(
        self,
        account: Account,
        outbox: Outbox,
        settler: Settler,
        doors: Doors,
        clocks: Clocks,
        timing: SendTiming,
    ) -> None:
        self._account = account
        self._outbox = outbox
        self._settler = settler
        self._health, self._pacer = doors.health, doors.pacer
        self._gate, self._alarm = doors.gate, doors.alarm
        self._clocks = clocks
        self._timing = timing

    async def deliver(
        self, row: OutboxRow, send_before: datetime, tell: Callable[[str], Awaitable[None]]
    ) -> None:
        """Bring one message to its end for now.

        `tell` hears by which code the account is refused, and "" when it works (again).
        """
        admitted = self._look(row) or await self._admit(row, send_before)
        verdict: Verdict
        if isinstance(admitted, Call):
            try:
                verdict = await self._send(row)
            finally:
                self._gate.leave()
                self._pacer.leave(admitted, row.point.address, self._clocks.now_system())
        else:
            verdict = admitted
        if not isinstance(verdict, HoldAccount):
            await self._settler.settle(row, verdict)
            if self._health.has_recovered():
                await tell("")
            return
        # First of all: what is settled rings the bell, and nothing more may be claimed then.
        is_news = self._health.refused(self._clocks.now_system())
        self._alarm.set(HOLD)
        await self._settler.settle(row, Rest(_NOW, verdict.code, taken=verdict.taken))
        if is_news:
            await tell(verdict.code)

    def _look(self, row: OutboxRow) -> End | Postpone | None:
        now = self._clocks.business.now()
        try:
            return before_sending(row, now)
        except Exception as error:  # noqa: BLE001  a row that we break on must not be claimed for ever
            log.warning("message broke", extra={"outbox_id": row.id, "fault": fault(error)})
            return poisoned(row, type(error).__name__, now)

    async def _admit(self, row: OutboxRow, send_before: datetime) -> Call | End | Rest:
        """Wait for this row's turn; return its call inside the gate, else what becomes of it."""
        address, now = row.point.address, self._clocks.now_system()
        wait = self._pacer.conversation_wait(address, now)
        if wait > self._timing.park:
            self._alarm.set(wait)
            return Rest(wait, "paced")
        self._pacer.reserve_conversation(address, now)
        await self._pause(wait)
        if not await self._gate.enter(row.lane):
            return Rest(_NOW, "stopping")
        admitted: Call | End | Rest = Rest(_NOW, "paced")
        try:
            admitted = await self._pace(row, send_before)
        finally:
            if not isinstance(admitted, Call):
                self._gate.leave()
        return admitted

    async def _pace(self, row: OutboxRow, send_before: datetime) -> Call | End | Rest:
        while True:
            now = self._clocks.now_system()
            moment = now + self._pacer.reserve(now)
            if moment > send_before:
                self._alarm.set(moment - now)
                return Rest(moment - now, "paced")
            await self._pause(moment - now - LAST_LOOK)
            if (end := await self._look_again(row)) is not None:
                return end
            await self._pause(moment - self._clocks.now_system())
            now = await self._uncrowded()
            if self._health.is_open(now):
                return Rest(_NOW, "service-in-trouble")
            if not self._pacer.is_paused(now):
                return self._pacer.enter(now)

    async def _uncrowded(self) -> datetime:
        """Return the moment, once a message more does no harm to the last second's count."""
        now = self._clocks.now_system()
        while (wait := self._pacer.crowded(now)) > _NOW:
            await self._pause(wait)
            now = self._clocks.now_system()
        return now

    async def _look_again(self, row: OutboxRow) -> End | Rest | None:
        """Return how the row ends if it was called off since it was claimed: STOP beats everything."""
        try:
            reason = await self._outbox.why_not(row)
        except Exception as error:  # noqa: BLE001  whatever it is: what nobody could look at is not sent
            log.warning("message not looked at", extra={"outbox_id": row.id, "fault": fault(error)})
            return Rest(retry.LOOP.base, "storage")
        if reason is None:
            return Rest(_NOW, "lease-lost")
        return End("cancelled", reason) if reason else None

    async def _send(self, row: OutboxRow) -> Verdict:
        address = row.point.address
        try:
            async with asyncio.timeout(self._timing.timeout.total_seconds()):
                sent = Sent(await self._hand_over(row))
        except SendError as error:
            return self._judge(row, error)
        except TimeoutError:
            return self._judge(row, SendUncertain("timeout"))
        except Exception as error:  # noqa: BLE001  whatever it was, it may have left us
            log.warning("send broke", extra={"outbox_id": row.id, "fault": fault(error)})
            return self._judge(row, SendUncertain(type(error).__name__, alone=True))
        self._health.worked()
        self._pacer.taken(address, self._clocks.now_system())
        return sent

    async def _hand_over(self, row: OutboxRow) -> str:
        message = Outbound(row.id, row.attempts, row.point.address, row.body, row.window_open, row.taken)
        try:
            return await self._account.channel.send(message)
        except WindowClosed:
            # Our clock said open, the service's said closed: the template goes instead, at once.
            if not row.window_open or row.body.template is None:
                raise
            return await self._account.channel.send(replace(message, window_open=False))

    def _judge(self, row: OutboxRow, error: SendError) -> Verdict:
        chance = self._clocks.chance()
        wait = retry.back_off(retry.SEND, row.attempts, chance)
        if not error.alone:
            self._note(error, chance)
        if isinstance(error, TemplateRefused):
            log.error("template refused", extra={"outbox_id": row.id, "code": error.code})
        verdict = judge(row, error, now=self._clocks.business.now(), wait=wait)
        if isinstance(verdict, Rest):
            self._obey(row, verdict)
        return verdict

    def _note(self, error: SendError, chance: float) -> None:
        """Let the account's health know: out of order, or well enough to say no to one message."""
        now = self._clocks.now_system()
        is_paced = isinstance(error, SendLater) and error.after is not None
        if isinstance(error, SendLater | SendUncertain) and not is_paced:
            self._alarm.set(self._health.failed(now, chance))
        elif not is_paced and not isinstance(error, AccountFault):
            self._health.worked()

    def _obey(self, row: OutboxRow, rest: Rest) -> None:
        """Keep the waiting time that the service asked for, on the clock that it runs on."""
        if rest.pause is None:
            return
        until = self._clocks.now_system() + rest.pause
        self._alarm.set(rest.pause)
        if rest.pair_only or self._pacer.refused(row.point.address):
            self._pacer.pause_conversation(row.point.address, until)
        else:
            self._pacer.pause(until)
            # The others go first then: if they are taken, the next refusal was this conversation's alone.
            self._pacer.pause_conversation(row.point.address, until + OTHERS_FIRST)

    async def _pause(self, wait: timedelta) -> None:
        if wait > _NOW:
            await self._clocks.sleep(wait.total_seconds())
