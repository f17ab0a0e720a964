"""Notes and tags that staff keep beside a patient: read and written."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id, NoteGiven, TagGiven
from bot.api.scopes import Scope
from bot.api.shapes_beside import BesideShape
from handlers.core.values import PatientId

_DONE = 204


class Notes:
    """The routes of notes and tags."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        reads = Depends(Needs(self._api, Scope.NOTES_READ).allows)
        writes = Depends(Needs(self._api, Scope.NOTES_WRITE).allows)
        api, notes, clinic = self._api, self._api.console.notes, self._api.console.clinic

        @router.get("/patients/{patient}/notes")
        async def read_notes(program: Annotated[Program, reads], patient: Id) -> BesideShape:
            """Return what staff wrote beside a patient, and their tags."""
            return await self._read(program, patient)

        @router.post("/patients/{patient}/notes", status_code=_DONE)
        async def write_note(program: Annotated[Program, writes], patient: Id, given: NoteGiven) -> Response:
            """Add a note; the same again is a second one."""
            act = api.act(program, "note.write", patient)
            await notes.write(clinic, PatientId(patient), given.text, act)
            return Response(status_code=_DONE)

        @router.post("/patients/{patient}/tags", status_code=_DONE)
        async def tie_tag(program: Annotated[Program, writes], patient: Id, given: TagGiven) -> Response:
            """Tie one of the clinic's tags to a patient, or a new one; the same again changes nothing."""
            act = api.act(program, "tag.add", patient)
            await notes.tag(clinic, PatientId(patient), " ".join(given.name.split()), act)
            return Response(status_code=_DONE)

        @router.delete("/patients/{patient}/tags/{tag}", status_code=_DONE)
        async def untie_tag(program: Annotated[Program, writes], patient: Id, tag: Id) -> Response:
            """Take a tag off; 404 where the patient does not have it."""
            act = api.act(program, "tag.off", patient)
            await notes.untag(clinic, PatientId(patient), tag, act)
            return Response(status_code=_DONE)

    async def _read(self, program: Program, patient: str) -> BesideShape:
        console = self._api.console
        case = await console.uow.case_of(console.clinic, PatientId(patient))
        beside = await console.notes.of(console.clinic, case.patient.id)
        await self._api.note(program, "notes.read", case.patient.id)
        return BesideShape.of(beside)
