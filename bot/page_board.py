"""Several web processes tell each other whose chat pages are open.

A message leaves from one process, and the page may hang on another: that one is woken by the commit's
NOTIFY, and this board says that somebody looks, so that no e-mail and no task announces the message.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.channels.web import WebChat
from bot.channels.web.hub import LINGER
from handlers.errors import StorageAway
from storage.open_pages import OpenPages

REFRESH: Final = timedelta(seconds=20)
"""How often it is said again that a page is still open."""

GATHER_SECONDS: Final = 0.1
"""Pages that open within this time are told of together."""


AWAY_SECONDS: Final = 1.0


@dataclass(slots=True)
class PageBoard:
    """This process's word on its pages, and everybody's on a page."""

    chat: WebChat
    pages: OpenPages
    _told: dict[str, datetime] = field(default_factory=dict)

    async def is_open(self, address: str) -> bool:
        """Say whether somebody looks at this conversation, in whichever process."""
        if self.chat.hub.is_open(address):
            return True
        now = self.chat.now_system()
        return await self.pages.is_open(self.chat.clinic, self.chat.point(address), now_system=now)

    async def run(self) -> None:
        """Tell of pages as they open, and again while they stay open, until cancelled.

        A process that stops vouches for its pages no more: those that still hang on it come back to
        another one within seconds.
        """
        try:
            while True:
                await self.chat.hub.opened(REFRESH.total_seconds())
                await asyncio.sleep(GATHER_SECONDS)
                try:
                    await self._tell(self.chat.hub.recent(REFRESH))
                except StorageAway:
                    await asyncio.sleep(AWAY_SECONDS)
        finally:
            with suppress(StorageAway):
                await self._take_back()

    async def _tell(self, addresses: set[str]) -> None:
        now = self.chat.now_system()
        self._told = {address: at for address, at in self._told.items() if now - at < LINGER}
        due = addresses - {address for address, at in self._told.items() if now - at < REFRESH}
        if not due:
            return
        points = [self.chat.point(address) for address in due]
        # Before it is written: whoever stops in the midst of it takes back what may stand there by then.
        self._told |= dict.fromkeys(due, now)
        try:
            await self.pages.note(self.chat.clinic, points, until=now + LINGER)
        except StorageAway:
            self._told = {address: at for address, at in self._told.items() if address not in due}
            raise
        await self.pages.forget_old(now_system=now)

    async def _take_back(self) -> None:
        points = [self.chat.point(address) for address in self._told]
        said = max(self._told.values(), default=self.chat.now_system()) + LINGER
        await self.pages.take_back(self.chat.clinic, points, said=said)
