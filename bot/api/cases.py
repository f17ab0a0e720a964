"""Cases of possible adverse events: listed, opened, written into. A doctor confirms and closes them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from bot.api.deps import Api, Needs, Program
from bot.api.given import CaseNoteGiven, Id
from bot.api.scopes import Scope
from bot.api.shapes import Moment
from handlers.core.adverse_event import EventStatus
from handlers.core.values import PatientId
from handlers.errors import NotFound
from storage.adverse_events import Note
from storage.views.alerting import EventView


class CaseShape(BaseModel):
    """An open case, without its log: that holds words."""

    id: str
    patient: str
    code: str
    status: EventStatus
    learned_at: Moment

    @classmethod
    def of(cls, event: EventView) -> "CaseShape":
        """Return a case."""
        return cls(
            id=event.id,
            patient=event.patient,
            code=event.code,
            status=event.status,
            learned_at=event.learned_at,
        )


class Cases:
    """The routes of cases."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        reads = Depends(Needs(self._api, Scope.PATIENTS_READ).allows)
        writes = Depends(Needs(self._api, Scope.CASES_WRITE).allows)

        @router.get("/cases")
        async def list_cases(program: Annotated[Program, reads]) -> list[CaseShape]:
            """List the open cases, the oldest first."""
            found = await self._api.console.alert_views.open_events(self._api.console.clinic)
            await self._api.note(program, "events.read", "")
            return [CaseShape.of(one) for one in found]

        @router.post("/patients/{patient}/cases")
        async def open_case(program: Annotated[Program, writes], patient: Id) -> CaseShape:
            """Open a case of which the clinic heard in another way, unless the patient has an open one."""
            return await self._open(program, patient)

        @router.post("/cases/{case}/notes", status_code=204)
        async def note_case(program: Annotated[Program, writes], case: Id, given: CaseNoteGiven) -> Response:
            """Add a note or a call to a case's log; the same again is a second one."""
            await self._note(program, case, given)
            return Response(status_code=204)

    async def _open(self, program: Program, patient: str) -> CaseShape:
        console = self._api.console
        known = await console.uow.case_of(console.clinic, PatientId(patient))
        event = await console.events.open(console.clinic, known.patient.id, now=console.clock.now())
        await self._api.note(program, "event.open", event)
        return CaseShape.of(await self._found(event))

    async def _note(self, program: Program, case: str, given: CaseNoteGiven) -> None:
        console, found = self._api.console, await self._found(case)
        where = (console.clinic, found.patient, found.id)
        await console.events.note(Note(*where, given.kind, given.text, program.by, console.clock.now()))
        await self._api.note(program, "event.note", found.id)

    async def _found(self, event: str) -> EventView:
        found = await self._api.console.alert_views.event(self._api.console.clinic, event)
        if found is None:
            raise NotFound("no such case")
        return found
