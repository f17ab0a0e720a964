"""WhatsApp with a look at the template in front: one that Meta has stopped is not even tried."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.channels.whatsapp.templates import code_of
from handlers.core.messages import Outbound
from handlers.errors import TemplateRefused
from handlers.ports import Channel

STOPPED: Final = "template-stopped"
"""Our own word, beside Meta's codes, for why a message is held."""

IsStopped = Callable[[str, str], Awaitable[bool]]
"""Says whether a template, by its name and Meta's code of the language, may not be sent for now."""


@dataclass(frozen=True, slots=True)
class Vetted:
    """Implements `ports.Channel`. Within the 24-hour window no template is needed, and none is looked at."""

    channel: Channel
    is_stopped: IsStopped

    async def send(self, message: Outbound) -> str:
        """Hand over `message`; raise TemplateRefused for a stopped template, else as the channel does."""
        template = None if message.window_open else message.body.template
        if template is not None and await self.is_stopped(template.name, code_of(template.language)):
            raise TemplateRefused(STOPPED, alone=True)
        return await self.channel.send(message)

    def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us, or raise FetchError."""
        return self.channel.fetch(ref, limit_bytes=limit_bytes)
