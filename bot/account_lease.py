"""The right to an account: one process polls and sends there, another takes over when it ends."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.receiver import Account
from handlers.core.values import ChannelKind, ClinicId
from storage.accounts import Accounts


@dataclass(slots=True)
class AccountLease:
    """One process's lease of a channel account, for `length` at a time."""

    accounts: Accounts
    account: Account
    holder: str
    now_system: Callable[[], datetime]
    length: timedelta
    _held_since: datetime | None = None

    async def hold(self) -> bool:
        """Take or keep the lease; False while another process has it."""
        now = self.now_system()
        fence = await self.accounts.lease(*self._place, holder=self.holder, now_system=now, lease=self.length)
        self._held_since = None if fence is None else now
        return fence is not None

    async def keep(self) -> bool:
        """Do the same, but ask the database only when a third of the lease is over."""
        now = self.now_system()
        if self._held_since is not None and self._held_since <= now < self._held_since + self.length / 3:
            return True
        return await self.hold()

    async def give_up(self) -> None:
        """End the lease early, so that another process can go on at once."""
        self._held_since = None
        await self.accounts.give_up(*self._place, holder=self.holder)

    async def until_stopped(self) -> None:
        """Do nothing until this process stops, then give the lease up."""
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.shield(self.give_up())

    @property
    def _place(self) -> tuple[ClinicId, ChannelKind, str]:
        return (self.account.clinic, self.account.channel, self.account.name)
