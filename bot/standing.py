"""Notes how the accounts at the services are, for where people look: console, doctor, /metrics."""

from dataclasses import dataclass

import structlog

from bot.foundation import Foundation
from bot.receiver import Account
from handlers.errors import AccountFault, SendError
from handlers.ports import PendingFetch
from scheduler.account import Account as Sending, Probe
from storage.accounts import Accounts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """Whether a service refuses an account of ours, as one process finds out."""

    base: Foundation
    account: Account

    async def refused(self, fault: AccountFault) -> None:
        """Note that the service refuses it; a database that is away is no reason to stop for who tells."""
        await self._safely(fault.code)

    async def works(self) -> None:
        """Note that it works (again); a database that is away is no reason to stop for who tells."""
        await self._safely("")

    async def look(self, probe: Probe) -> None:
        """Ask the service about an account that the process before us found refused: it may be mended."""
        known = await self._accounts.standing(self.account.clinic)
        ours = (self.account.channel.value, self.account.name)
        if any(one.refused and (one.channel, one.name) == ours for one in known):
            try:
                await probe()
            except SendError:
                return
            await self.works()

    async def note(self, code: str) -> None:
        """Note by which code it is refused, or "": it works. Raises StorageAway."""
        place = (self.account.clinic, self.account.channel, self.account.name)
        told = {"channel": self.account.channel.value, "account": self.account.name}
        if code:
            log.error("channel account refused: its queue waits", code=code, **told)
            await self._accounts.refused(*place, reason=code, now=self.base.clock.now())
        elif await self._accounts.works(*place):
            log.warning("channel account works again", **told)

    @property
    def _accounts(self) -> Accounts:
        stores = self.base.stores
        return Accounts(stores.database, stores.vault, stores.clinics)

    async def _safely(self, code: str) -> None:
        try:
            await self.note(code)
        except Exception as error:  # noqa: BLE001  whatever it is, the service is asked again anyway
            log.warning("standing of an account not noted", fault=type(error).__name__)


async def note_sending(base: Foundation, account: Sending, code: str) -> None:
    """Note what a sender found out about its account. Raises StorageAway."""
    await AccountStanding(base, Account(account.clinic, account.kind, account.name)).note(code)


async def note_fetching(base: Foundation, fetch: PendingFetch, code: str) -> None:
    """Note what bringing a file in found out about the account it waits at. Raises StorageAway."""
    account = Account(fetch.clinic, fetch.point.channel, fetch.point.account)
    await AccountStanding(base, account).note(code)
