"""The services through which patients are reached: how they stand, and a test message."""

import re
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk
from bot.console.render import Reader
from bot.try_out import Tried
from bot.web_guard import Brake
from handlers.core.on_call import Means
from handlers.core.values import ChannelKind

TRIES: Final = 10
"""So many test messages may one member of staff send in an hour."""

_NUMBER: Final = re.compile(r"\+?[0-9]{7,15}")
_BETWEEN: Final = re.compile(r"[\s().-]")

Channel = Annotated[ChannelKind, Form()]


class ChannelPages:
    """The routes of the channels."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk
        self._brake = Brake(TRIES, timedelta(hours=1), desk.deps.now_system)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/channels")(self.show)
        router.post("/channels/ask")(self.ask)
        router.post("/channels/test")(self.test)

    async def show(self, request: Request) -> Response:
        """Show how the services stand."""
        return await self._page(await self._desk.reader(request, Right.UPKEEP))

    async def ask(self, request: Request, channel: Channel) -> Response:
        """Ask a service how it is, right now."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        if not self._brake.allows(reader.staff_id):
            return await self._page(reader, problem="console.try.too_often")
        tried = await self._desk.deps.try_out.ask(channel)
        await self._desk.deps.note(self._desk.audit(reader, "channel.ask", channel.value))
        return await self._page(reader, tried=tried)

    async def test(
        self, request: Request, channel: Channel, to: Annotated[str, Form(max_length=40)] = ""
    ) -> Response:
        """Send a test message to the reader's own linked chat, or to a number of WhatsApp that they typed."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        address = await self._address(reader, channel, to)
        if not address:
            return await self._page(reader, problem=f"console.try.no_{channel.value}")
        if not self._brake.allows(reader.staff_id):
            return await self._page(reader, problem="console.try.too_often")
        language = reader.catalog.language
        tried = await self._desk.deps.try_out.send(channel, address, reader.clinic, language)
        # Where to is nobody's business but theirs who typed it.
        await self._desk.deps.note(self._desk.audit(reader, "channel.test", channel.value))
        return await self._page(reader, tried=tried)

    async def _address(self, reader: Reader, channel: ChannelKind, typed: str) -> str:
        """Return where a test goes: typed on WhatsApp, on Telegram the reader's own chat; else nothing."""
        if channel is ChannelKind.WHATSAPP:
            number = _BETWEEN.sub("", typed)
            return number.removeprefix("+") if _NUMBER.fullmatch(number) else ""
        if channel is not ChannelKind.TELEGRAM:
            return ""
        deps = self._desk.deps
        _, roster = await deps.on_call.duty(deps.clinic, {Means.TELEGRAM})
        own = next((person for person in roster.people if person.id == reader.staff_id), None)
        return own.ways[0].address if own and own.ways else ""

    async def _page(self, reader: Reader, *, tried: Tried | None = None, problem: str = "") -> Response:
        whatsapp = self._desk.deps.whatsapp
        standing = None if whatsapp is None else await whatsapp(reader.now)
        return self._desk.show(
            reader,
            "channels.html",
            status=400 if problem else 200,
            whatsapp=standing,
            channels=self._desk.deps.try_out.channels if reader.may(Right.SETTINGS) else (),
            tried=tried,
            problem=problem,
        )
