"""A case of a possible adverse event: its dates, its log, and its end with a reason."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from handlers.core.adverse_event import CLOSING, EventStatus, dues
from handlers.core.values import PatientId
from handlers.errors import NotFound
from storage.adverse_events import Note
from storage.views.alerting import EventView

Text = Annotated[str, Form(min_length=3, max_length=1000)]
Kind = Annotated[Literal["note", "call"], Form()]
End = Annotated[Literal["reported", "not-an-event"], Form()]


class CasePages:
    """The routes of cases."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/cases/{event}")(self.show)
        router.post("/cases/{event}/notes")(self.note)
        router.post("/cases/{event}/confirm")(self.confirm)
        router.post("/cases/{event}/close")(self.close)
        router.post("/patients/{patient}/cases")(self.open)

    async def show(self, request: Request, event: str) -> Response:
        """Show a case; the reading is written down."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        found = await self._found(event)
        await self._desk.deps.note(self._desk.audit(reader, "event.read", event))
        return self._desk.show(
            reader,
            "case.html",
            event=found,
            dues=dues(found.learned_at, reader.now, reader.clinic.zone),
            closing=CLOSING,
        )

    async def note(self, request: Request, event: str, kind: Kind, text: Text) -> Response:
        """Add a note or a call to the log."""
        reader = await self._desk.reader(request, Right.TASKS)
        found = await self._found(event)
        await self._desk.deps.events.note(self._note(reader, found, kind, text))
        await self._desk.deps.note(self._desk.audit(reader, "event.note", event))
        return back_to(f"/console/cases/{event}", "event.done")

    async def confirm(self, request: Request, event: str, text: Text) -> Response:
        """Note that the clinic has confirmed the event."""
        reader = await self._desk.reader(request, Right.DECIDE)
        note = self._note(reader, await self._found(event), EventStatus.CONFIRMED, text)
        if not await self._desk.deps.events.move(note, EventStatus.CONFIRMED):
            return back_to(f"/console/cases/{event}", "event.closed_already")
        await self._desk.deps.note(self._desk.audit(reader, "event.confirm", event))
        return back_to(f"/console/cases/{event}", "event.done")

    async def close(self, request: Request, event: str, status: End, text: Text) -> Response:
        """Close a case with a reason: the doctor's right alone."""
        reader = await self._desk.reader(request, Right.DECIDE)
        note = self._note(reader, await self._found(event), status, text)
        if not await self._desk.deps.events.close(note, EventStatus(status)):
            return back_to(f"/console/cases/{event}", "event.closed_already")
        await self._desk.deps.note(self._desk.audit(reader, "event.close", event))
        return back_to(f"/console/cases/{event}", "event.is_closed")

    async def open(self, request: Request, patient: str) -> Response:
        """Open a case of which the clinic heard in another way."""
        reader = await self._desk.reader(request, Right.TASKS)
        deps = self._desk.deps
        case = await deps.uow.case_of(deps.clinic, PatientId(patient))
        event = await deps.events.open(deps.clinic, case.patient.id, now=reader.now)
        await deps.note(self._desk.audit(reader, "event.open", event))
        return back_to(f"/console/cases/{event}")

    def _note(self, reader: Reader, event: EventView, kind: str, text: str) -> Note:
        clinic = self._desk.deps.clinic
        return Note(clinic, event.patient, event.id, kind, text.strip(), reader.staff_id, reader.now)

    async def _found(self, event: str) -> EventView:
        found = await self._desk.deps.alert_views.event(self._desk.deps.clinic, event)
        if found is None:
            raise NotFound("no such case")
        return found
