"""The links that carry an invitation: our page, Telegram, WhatsApp."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote

from handlers.errors import SendError
from handlers.team import TEAM

CODE: Final = "{code}"
"""What stands in a link for a code that is made later."""


class Named(Protocol):
    """A bot that knows what it is called: of Telegram's channel this is all that a link needs."""

    async def username(self) -> str:
        """Return its public name without the @; raise SendError while the service is out of reach."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to follow an invitation: the channel's name and the link."""

    channel: str
    url: str


class Ways:
    """Builds an invitation's links for every channel that is set up."""

    def __init__(self, public_url: str, telegram: Named | None, whatsapp_number: str = "") -> None:
        """Take the page's address, the bot if there is one, and WhatsApp's number in digits."""
        self._public_url = public_url.rstrip("/")
        self._telegram = telegram
        self._whatsapp_number = whatsapp_number
        self._bot_name = ""

    async def of(self, code: str) -> Sequence[Way]:
        """Return the links that carry `code`."""
        ways = [Way("web", f"{self._public_url}/chat/i/{code}")]
        if name := await self._name():
            ways.append(Way("telegram", f"https://t.me/{name}?start={code}"))
        if self._whatsapp_number:
            ways.append(
                Way(
                    "whatsapp",
                    f"https://wa.me/{self._whatsapp_number}?text={quote(f'Hello #{code}', safe=CODE)}",
                )
            )
        return ways

    async def team(self, code: str, group: bool) -> str:  # noqa: FBT001 - as the console asks
        """Return the link that carries a one-time code of staff to the bot; empty without one."""
        name = await self._name()
        return f"https://t.me/{name}?{'startgroup' if group else 'start'}={TEAM}{code}" if name else ""

    async def find_doors(self, doors: dict[str, str]) -> None:
        """Note the links into every other channel, with a place for the code."""
        found = await self.of(CODE)
        doors.update({way.channel: way.url for way in found if way.channel != "web"})

    async def _name(self) -> str:
        """Return the bot's public name, asked for once; empty while Telegram is out of reach."""
        if self._telegram is not None and not self._bot_name:
            try:
                self._bot_name = await self._telegram.username()
            except SendError:
                return ""
        return self._bot_name
