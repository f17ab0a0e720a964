"""Live pages of staff: a stream that says "something changed" and nothing else; the page then asks itself."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from bot.console.access import Right
from bot.console.desk import Desk
from handlers.errors import StorageAway

LOOK_SECONDS: Final = 3.0
"""So often it is looked whether the session still lives and whether the list is another one."""
BREATH_SECONDS: Final = 1.0
"""The least time between two looks, however much is going on."""
_BEAT: Final = ": beat\n\n"
_CHANGED: Final = "event: changed\ndata:\n\n"
_OVER: Final = "event: over\ndata:\n\n"


class LivePages:
    """The route of the stream."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/work/events")(self.events)

    async def events(self, request: Request, shown: Annotated[str, Query(max_length=20)] = "") -> Response:
        """Stream until the session ends or the server stops; no connection of the database is kept."""
        await self._desk.watcher(request, Right.TASKS)
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        return StreamingResponse(self.news(request, shown), media_type="text/event-stream", headers=headers)

    async def news(self, request: Request, shown: str) -> AsyncIterator[str]:
        """Yield a ping whenever the list is another than the one marked `shown`, else a beat."""
        hub = self._desk.deps.work.hub
        yield "retry: 2000\n\n"
        with hub.watch_desk() as bell:
            while not hub.closing:
                try:
                    if not await self._is_let_in(request):
                        yield _OVER
                        return
                    pulse = await self._pulse()
                    yield _CHANGED if pulse != shown else _BEAT
                    shown = pulse
                except StorageAway:
                    yield _BEAT
                if await bell.wait(LOOK_SECONDS) and not hub.closing:
                    await asyncio.sleep(BREATH_SECONDS)

    async def _is_let_in(self, request: Request) -> bool:
        session = await self._desk.sessions.of(request, is_used=False)
        return session is not None and Right.TASKS in session.rights

    async def _pulse(self) -> str:
        deps = self._desk.deps
        return await deps.work.views.pulse(deps.clinic, deps.clock.now())
