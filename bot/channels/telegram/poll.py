"""Our own long poll: stores what came, and only then tells Telegram that we have it.

Telegram keeps what is not confirmed for 24 hours and gives it again; the inbox's dedupe keys make
that harmless. So no offset is kept on our side: it would even be dangerous, because after a silent
week Telegram draws the next update_id at random, and an old, higher offset would confirm, unseen,
what comes then. An offset is used to confirm one batch, and forgotten once that went through.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from telegram import Bot

from bot.channels.telegram import reading
from bot.channels.telegram.connection import ClinicBot
from bot.channels.telegram.faults import translated
from bot.channels.telegram.pausing import LONGEST_PAUSE_SECONDS, pause_after
from bot.channels.telegram.split import split_batch
from bot.receiver import Account, Receiver
from handlers.errors import AccountFault, SendError

LONG_POLL_SECONDS: Final = 25
WITHOUT_LEASE_SECONDS: Final = 5.0

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Poller:
    """Takes the updates of one bot for as long as `holds_lease` says that it is ours to do.

    `on_fault` is told when Telegram refuses the account (401) or another poller is at it (409), and
    `on_well` when a poll goes through, the first and each one after a fault.
    """

    bot: ClinicBot
    bot_id: str
    account: Account
    receiver: Receiver
    holds_lease: Callable[[], Awaitable[bool]]
    on_fault: Callable[[AccountFault], Awaitable[None]]
    on_well: Callable[[], Awaitable[None]]
    sleep: Sleep = asyncio.sleep
    long_poll_seconds: int = LONG_POLL_SECONDS

    async def run(self) -> None:
        """Poll until cancelled. Nothing that Telegram or the database does ends it."""
        turn = _Turn()
        while True:
            if not await self._is_ours():
                turn = _Turn()
                await self.sleep(WITHOUT_LEASE_SECONDS)
                continue
            try:
                await self._poll(turn)
                if not turn.is_well:
                    await self.on_well()
                turn.is_well, turn.failures = True, 0
            except AccountFault as fault:
                await self._refused(fault)
                turn = _Turn()
            except Exception as error:  # noqa: BLE001 - the database's errors are the storage's own
                await self._pause(turn, error)

    async def _is_ours(self) -> bool:
        try:
            return await self.holds_lease()
        except Exception as error:  # noqa: BLE001 - a database that is away gives nobody a lease
            log.warning("no lease to poll: %s", type(error).__name__)
            return False

    async def _poll(self, turn: "_Turn") -> None:
        if not turn.is_ready:
            await drop_webhook(self.bot)
            turn.is_ready = True
        with translated():
            updates = await self.bot.raw_updates(
                turn.offset, seconds=self.long_poll_seconds, kinds=reading.KINDS
            )
        # The call went through: what `offset` confirmed is confirmed.
        turn.offset = None
        await self.receiver.take(self.account, split_batch(updates, self.bot_id))
        turn.offset = _after(updates)

    async def _refused(self, fault: AccountFault) -> None:
        # Whoever takes the lease over ends our long poll with a 409: that is no fault.
        if await self._is_ours():
            await self.on_fault(fault)
            await self.sleep(LONGEST_PAUSE_SECONDS)

    async def _pause(self, turn: "_Turn", error: Exception) -> None:
        told = error.code if isinstance(error, SendError) else type(error).__name__
        log.warning("polling failed: %s", told, extra={"account": self.account.name})
        after = error.after if isinstance(error, SendError) else None
        pause = after.total_seconds() if after else pause_after(turn.failures)
        turn.failures += 1
        await self.sleep(pause)


async def drop_webhook(bot: Bot) -> None:
    """Take the webhook away, which excludes polling; what waits there stays. Raise SendError."""
    with translated():
        await bot.delete_webhook(drop_pending_updates=False)


@dataclass(slots=True)
class _Turn:
    """What one stretch of polling remembers."""

    is_ready: bool = False
    is_well: bool = False
    offset: int | None = None
    failures: int = 0


def _after(updates: list[Any]) -> int | None:
    ids = [reading.number(reading.mapping(update).get("update_id")) for update in updates]
    known = [number for number in ids if number is not None]
    return max(known) + 1 if known else None
