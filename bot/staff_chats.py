"""Writes to chats of staff through the clinic's bot, in the pace of all its messages; follows what moved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.foundation import Foundation
from handlers.core.frozen import replace
from handlers.core.messages import Outbound
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import ContactMoved
from scheduler.account import Account
from scheduler.clocks import Clocks
from scheduler.pacing import Pacer
from scheduler.window import Call
from storage.staff_chats import StaffChats

PRIVATE: Final = timedelta(seconds=1.1)
GROUP: Final = timedelta(seconds=3.2)
"""Telegram takes one message a second in a private chat and 20 a minute in a group (channels.md 2.1)."""


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One bot's way to the chats of staff."""

    account: Account
    chats: StaffChats
    clocks: Clocks
    pace: float = 1.0
    """For tests, where the service's limits are not kept."""

    _told: dict[str, datetime] = field(default_factory=dict)

    async def tell(self, clinic: ClinicId, message: Outbound) -> str:
        """Hand over one message and return the service's id of it; raise SendError.

        A group that became a supergroup is followed: it is linked at its new address from now on.
        """
        try:
            return await self._hand_over(message)
        except ContactMoved as moved:
            await self.chats.move(clinic, message.address, moved.address, now=self.clocks.business.now())
            return await self._hand_over(replace(message, address=moved.address))

    def rest(self, chat: str) -> timedelta:
        """Return how long a chat is left alone after a message."""
        return (GROUP if chat.startswith("-") else PRIVATE) / self.pace

    def quiet_in(self, chat: str) -> timedelta:
        """Return how long until a chat has had its rest twice: what can wait lets alerts go first."""
        told = self._told.get(chat)
        left = timedelta(0) if told is None else told + 2 * self.rest(chat) - self.clocks.now_system()
        return max(left, timedelta(0))

    async def _hand_over(self, message: Outbound) -> str:
        pacer = self.account.pacer
        call = None if pacer is None else await self._turn(pacer)
        try:
            return await self.account.channel.send(message)
        finally:
            now = self.clocks.now_system()
            self._told[message.address] = now
            if pacer is not None and call is not None:
                pacer.leave(call, message.address, now)

    async def _turn(self, pacer: Pacer) -> Call:
        """Go ahead of patients: they wait for the place taken here; a full second or a pause holds up all."""
        pacer.reserve(self.clocks.now_system())
        with pacer.going_first() as left:
            while (wait := left(self.clocks.now_system())) > timedelta(0):
                await self.clocks.sleep(wait.total_seconds())
            return pacer.enter(self.clocks.now_system())


def chat_lines(base: Foundation, accounts: Sequence[Account]) -> Sequence[ChatLine]:
    """Return a line for each clinic's first bot of Telegram: staff are linked with it, and with no other."""
    chats = StaffChats(base.stores.database, base.stores.vault, base.stores.clinics)
    bots: dict[ClinicId, Account] = {}
    for account in accounts:
        if account.kind is ChannelKind.TELEGRAM:
            bots.setdefault(account.clinic, account)
    return [ChatLine(bot, chats, base.clocks, base.settings.pace) for bot in bots.values()]
