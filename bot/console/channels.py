"""The services through which patients are reached: how they stand, and a test message."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.clinics import MAIN
from bot.console.access import Right
from bot.console.desk import Desk
from bot.console.render import Reader
from bot.try_out import Tried
from bot.web_guard import Brake
from handlers.core.on_call import Means
from handlers.core.values import ChannelKind
from handlers.errors import NotFound

TRIES: Final = 10
"""So many test messages may one member of staff send in an hour."""

_NUMBER: Final = re.compile(r"\+?[0-9]{7,15}")
_BETWEEN: Final = re.compile(r"[\s().-]")

Channel = Annotated[ChannelKind, Form()]
Account = Annotated[str, Form(max_length=100)]


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
        router.post("/channels/mail/ask")(self.ask_mail)
        router.post("/channels/mail/test")(self.test_mail)

    async def show(self, request: Request) -> Response:
        """Show how the services stand."""
        return await self._page(await self._desk.reader(request, Right.UPKEEP))

    async def ask(self, request: Request, channel: Channel, account: Account = MAIN) -> Response:
        """Ask the service of one account how it is, right now."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        if not self._brake.allows(reader.staff_id):
            return await self._page(reader, problem="console.try.too_often")
        tried = await self._desk.deps.try_out.ask((channel, account))
        return await self._told(reader, "channel.ask", tried)

    async def test(
        self,
        request: Request,
        channel: Channel,
        account: Account = MAIN,
        to: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        """Send a test message to the reader's own linked chat, or to a number of WhatsApp that they typed."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        address = await self._address(reader, channel, to)
        if not address:
            return await self._page(reader, problem=f"console.try.no_{channel.value}")
        if not self._brake.allows(reader.staff_id):
            return await self._page(reader, problem="console.try.too_often")
        place, language = (channel, account), reader.catalog.language
        tried = await self._desk.deps.try_out.send(place, address, reader.clinic, language)
        return await self._told(reader, "channel.test", tried)

    async def ask_mail(self, request: Request) -> Response:
        """Greet the mail server, right now."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        if not self._brake.allows(reader.staff_id):
            return await self._page(reader, problem="console.try.too_often")
        return await self._told(reader, "channel.ask", await self._desk.deps.try_out.ask_mail())

    async def test_mail(self, request: Request) -> Response:
        """Send a test to the address with which the reader signs in, and to no other."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        deps = self._desk.deps
        if not self._brake.allows(reader.staff_id):
            return await self._page(reader, problem="console.try.too_often")
        member = await deps.staff.by_id(deps.clinic, reader.staff_id)
        if member is None:
            raise NotFound("no such member")
        tried = await deps.try_out.send_mail(member.email, reader.clinic, reader.catalog.language)
        return await self._told(reader, "channel.test", tried)

    async def _told(self, reader: Reader, act: str, tried: Tried) -> Response:
        """Show how it went. Where to it went is nobody's business but theirs who typed it."""
        of = f"{tried.channel}:{tried.account}" if tried.account else tried.channel
        await self._desk.deps.note(self._desk.audit(reader, act, of))
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
        deps, may = self._desk.deps, reader.may(Right.SETTINGS)
        numbers = () if deps.whatsapp is None else await deps.whatsapp(reader.now)
        return self._desk.show(
            reader,
            "channels.html",
            status=400 if problem else 200,
            numbers=numbers,
            several=_several(one.channel for one in reader.accounts),
            places=deps.try_out.places if may else (),
            mail=deps.try_out.mailer is not None,
            may_try=may,
            tried=tried,
            problem=problem,
        )


def _several(channels: Iterable[str]) -> frozenset[str]:
    """Return the channels with more accounts than one, whose names must be told."""
    return frozenset(channel for channel, count in Counter(channels).items() if count > 1)
