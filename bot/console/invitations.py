"""Making invitations: links and QR codes for every way that is set up."""

from dataclasses import dataclass
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.deps import Way
from bot.console.desk import Desk

Kind = Annotated[str, Form(pattern="^(patient|open)$")]


@dataclass(frozen=True, slots=True)
class _ShownWay:
    channel: str
    url: str
    qr: str


@dataclass(frozen=True, slots=True)
class _Invitation:
    kind: str
    ways: tuple[_ShownWay, ...]


class InvitationPages:
    """The routes of invitations."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/invite")(self.show)
        router.post("/invite")(self.make)

    async def show(self, request: Request) -> Response:
        """Show the two buttons."""
        reader = await self._desk.reader(request, Right.INVITE)
        return self._desk.show(reader, "invite.html", invitation=None)

    async def make(self, request: Request, kind: Kind) -> Response:
        """Make an invitation and show it: this page is the only place where it stands."""
        reader = await self._desk.reader(request, Right.INVITE)
        ways = await self._desk.deps.invite(kind, reader.staff_id)
        await self._desk.deps.note(self._desk.audit(reader, f"invite.{kind}", ""))
        invitation = _Invitation(kind, tuple(_shown(way) for way in ways))
        return self._desk.show(reader, "invite.html", invitation=invitation)


def _shown(way: Way) -> _ShownWay:
    code = segno.make(way.url, error="m", micro=False)
    return _ShownWay(way.channel, way.url, code.svg_data_uri(scale=4, border=2))
