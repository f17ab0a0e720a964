"""The channel of the terminal chat: messages are printed, lines that are typed come back as events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.channels.web.raw import Sendable
from handlers.core.events import Chose, FileKind, Said, SentDocument
from handlers.core.messages import Body, Button, Outbound
from handlers.errors import FetchRefused

FILE = "/file "


class MemoryChannel:
    """Implements `ports.Channel` for one person at one keyboard."""

    def __init__(self, show: Callable[[Body], None]) -> None:
        """Show every message with `show`."""
        self._show = show
        self._choices: tuple[Button, ...] = ()

    async def send(self, message: Outbound) -> str:
        """Print the message and remember its numbered choices."""
        if message.body.choices:
            self._choices = message.body.choices
        self._show(message.body)
        return message.outbox_id

    async def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file on this machine, or raise FetchRefused."""
        yield await asyncio.to_thread(_read, Path(ref), limit_bytes)

    def heard(self, line: str) -> Sendable:
        """Return what a typed line means: the number of a choice, a file, or words.

        Numbers are spent by it: under the next question, which may be one for a date, "1" is no old tap.
        """
        choices, self._choices = self._choices, ()
        if line.startswith(FILE):
            path = Path(line.removeprefix(FILE).strip())
            return SentDocument(str(path), FileKind.DOCUMENT, name=path.name)
        if line.isdecimal() and 0 < int(line) <= len(choices):
            return Chose(choices[int(line) - 1].data)
        return Said(line)


def _read(path: Path, limit_bytes: int) -> bytes:
    if not path.is_file():
        raise FetchRefused("missing")
    if path.stat().st_size > limit_bytes:
        raise FetchRefused("too-large")
    return path.read_bytes()
