"""Making invitations: links and QR codes for every way that is set up."""

from dataclasses import dataclass
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.clinic_words import still_empty
from bot.console.desk import Desk
from bot.console.render import Reader
from bot.ways import Way
from handlers.core.values import PatientId

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
        router.post("/patients/{patient}/helper")(self.make_for_helper)
        router.post("/patients/{patient}/again")(self.make_again)

    async def show(self, request: Request) -> Response:
        """Show the two buttons."""
        reader = await self._desk.reader(request, Right.INVITE)
        return self._page(reader)

    async def make(self, request: Request, kind: Kind) -> Response:
        """Make an invitation and show it: this page is the only place where it stands."""
        reader = await self._desk.reader(request, Right.INVITE)
        if self._missing(reader):
            return self._page(reader, status=409)
        ways = await self._desk.deps.invite(kind, reader.staff_id)
        await self._desk.deps.note(self._desk.audit(reader, f"invite.{kind}", ""))
        invitation = _Invitation(kind, tuple(_shown(way) for way in ways))
        return self._page(reader, invitation)

    async def make_for_helper(self, request: Request, patient: str) -> Response:
        """Make a link by which somebody may answer beside a patient, and show it."""
        return await self._make_for(request, patient, "helper")

    async def make_again(self, request: Request, patient: str) -> Response:
        """Make a link by which the patient proves who they are: staff give it to them and to nobody else."""
        return await self._make_for(request, patient, "again")

    async def _make_for(self, request: Request, patient: str, kind: str) -> Response:
        reader = await self._desk.reader(request, Right.INVITE)
        record = await self._desk.deps.views.record(self._desk.deps.clinic, PatientId(patient))
        ways = await self._desk.deps.invite(kind, reader.staff_id, record.patient.id)
        await self._desk.deps.note(self._desk.audit(reader, f"invite.{kind}", record.patient.id))
        return self._page(reader, _Invitation(kind, tuple(_shown(way) for way in ways)))

    def _page(self, reader: Reader, invitation: _Invitation | None = None, status: int = 200) -> Response:
        missing = self._missing(reader)
        return self._desk.show(reader, "invite.html", status=status, invitation=invitation, missing=missing)

    def _missing(self, reader: Reader) -> tuple[str, ...]:
        """Return the clinic's words without which no patient is invited; outside production none."""
        if not self._desk.deps.production:
            return ()
        return still_empty(reader.clinic.texts, self._desk.protocol(reader))


def _shown(way: Way) -> _ShownWay:
    code = segno.make(way.url, error="m", micro=False)
    return _ShownWay(way.channel, way.url, code.svg_data_uri(scale=4, border=2))
