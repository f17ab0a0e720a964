"""WhatsApp with the day's limit in front: nobody is written to first for whom there is no place."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.core.messages import Outbound
from handlers.errors import DayFull
from handlers.ports import Channel

Take = Callable[[str], Awaitable[datetime | None]]
"""Takes a place for an address; None if there was one, else when there will be."""


@dataclass(frozen=True, slots=True)
class Rationed:
    """Implements `ports.Channel`. Only templates outside the 24-hour window take a place."""

    channel: Channel
    take: Take

    async def send(self, message: Outbound) -> str:
        """Hand over `message`; raise DayFull where the day has no place, or SendError as the channel does."""
        if not message.window_open and message.body.template is not None:
            until = await self.take(message.address)
            if until is not None:
                raise DayFull(until)
        return await self.channel.send(message)

    def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us, or raise FetchError."""
        return self.channel.fetch(ref, limit_bytes=limit_bytes)
