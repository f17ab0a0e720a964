"""What is new, as it happens: server-sent events, and a long poll where those do not get through."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from bot.channels.web.desk import Desk
from bot.channels.web.lines import cursor, shown
from handlers.chat_view import Conversation
from handlers.errors import StorageAway

BEAT_SECONDS: Final = 15.0
"""Between two looks at the database when nothing rings; it also keeps proxies from hanging up."""

POLL_SECONDS: Final = 25.0
AWAY_SECONDS: Final = 3.0
LOOKS: Final = (0.0, 0.05, 0.2, 0.6)
"""Waits before each look after a ring: the bell may ring a moment before the commit is seen."""


class Stream:
    """The routes that bring messages to an open page."""

    def __init__(self, desk: Desk) -> None:
        """Serve at `desk`."""
        self._desk = desk
        self._chat = desk.chat

    async def events(self, request: Request) -> Response:
        """Stream every new line for as long as the page stays open."""
        visitor = await self._desk.admitted(request)
        if visitor is None:
            return self._desk.away(request)
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        return StreamingResponse(
            self._events(visitor.address), media_type="text/event-stream", headers=headers
        )

    async def poll(self, request: Request, after: str = "") -> Response:
        """Return the conversation as soon as it is not the one marked `after` any more."""
        visitor = await self._desk.admitted(request)
        if visitor is None:
            return self._desk.away(request)
        with self._chat.hub.watch(visitor.address) as watch:
            conversation = await self.read(visitor.address)
            if cursor(conversation) == after and not self._chat.hub.closing:
                await watch.wait(POLL_SECONDS)
                known = {line.id for line in conversation.lines}
                await self._look(visitor.address, known, LOOKS)
                conversation = await self.read(visitor.address)
        return JSONResponse({**self._news(conversation), "after": cursor(conversation)})

    async def read(self, address: str, known: Collection[str] = ()) -> Conversation:
        """Return the newest lines that are not in `known`."""
        return await self._chat.reader.read(self._chat.clinic, self._chat.point(address), known=known)

    async def known(self, address: str) -> frozenset[str]:
        """Return the ids of the newest lines."""
        return frozenset(line.id for line in (await self.read(address)).lines)

    async def reply(self, address: str, known: Collection[str], seconds: float) -> None:
        """Return when the clinic's side has said something that is not in `known`, or in `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                with self._chat.hub.watch(address) as watch:
                    while not any(line.body for line in (await self.read(address, known)).lines):
                        await watch.wait(LOOKS[-1])
        except TimeoutError:
            return

    async def _events(self, address: str) -> AsyncIterator[str]:
        known: set[str] = set()
        language: str | None = None
        rung = False
        yield "retry: 2000\n\n"
        with self._chat.hub.watch(address) as watch:
            while not self._chat.hub.closing:
                conversation = await self._look_on(address, known, LOOKS if rung else LOOKS[:1])
                if conversation is None:
                    yield "event: beat\ndata:\n\n"
                    rung = await watch.wait(AWAY_SECONDS)
                    continue
                known |= {line.id for line in conversation.lines}
                if conversation.lines or conversation.language != language:
                    yield f"data: {json.dumps(self._news(conversation))}\n\n"
                if conversation.is_over:
                    return
                language = conversation.language
                rung = await watch.wait(BEAT_SECONDS)
                if not rung:
                    yield "event: beat\ndata:\n\n"

    async def _look_on(
        self, address: str, known: Collection[str], waits: Sequence[float]
    ) -> Conversation | None:
        """Return what is new, or None while the database is away: the page stays open over that."""
        try:
            return await self._look(address, known, waits)
        except StorageAway:
            return None

    async def _look(self, address: str, known: Collection[str], waits: Sequence[float]) -> Conversation:
        """Return what is new, looking again after each wait while there is nothing."""
        conversation = Conversation()
        for seconds in waits:
            await asyncio.sleep(seconds)
            conversation = await self.read(address, known)
            if conversation.lines:
                break
        return conversation

    def _news(self, conversation: Conversation) -> dict[str, Any]:
        return {
            "language": conversation.language,
            "lines": [line.as_json() for line in shown(conversation, self._chat.public_url)],
        }
