"""The way to the group of the clinic's staff on Telegram: a link, and no word about health."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.staff_chats import ChatLine
from handlers.core.messages import Body, Outbound
from handlers.errors import AccountFault, SendLater, SendRejected
from handlers.ports import OwedSummary

NO_GROUP: Final = "no-group"
"""The group that was chosen is not linked any more."""

CHAT: Final = "chat"
"""Under which name a way's configuration holds the id of the linked group."""

_PATIENCE: Final = timedelta(seconds=30)
"""How long a place in the group is waited for; its alerts go first."""

_REFUSED: Final = timedelta(minutes=10)
"""How soon is tried again what waits for an account that the service refuses."""


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """Brings a link into the group."""

    line: ChatLine

    async def bring(self, owed: OwedSummary, text: str) -> str:
        """Write into the group that the clinic chose; return the receipt. Raise SendError."""
        address = await self.line.chats.address(owed.clinic, owed.config.get(CHAT, ""))
        if not address:
            raise SendRejected(NO_GROUP)
        await self._quiet(address)
        message = Outbound(f"summary:{owed.id}", owed.attempts, address, Body(text))
        try:
            return f"message {await self.line.tell(owed.clinic, message)}"
        except AccountFault as fault:
            raise SendLater(fault.code, after=_REFUSED, free=True) from fault

    async def _quiet(self, address: str) -> None:
        clocks = self.line.clocks
        until = clocks.now_system() + _PATIENCE
        while (wait := self.line.quiet_in(address)) > timedelta(0):
            if clocks.now_system() + wait > until:
                raise SendLater("pace", after=wait, free=True)
            await clocks.sleep(wait.total_seconds())
