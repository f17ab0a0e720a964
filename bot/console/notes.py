"""Notes and tags that staff keep beside a patient."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from handlers.core.changes import Audit
from handlers.core.values import PatientId

Text = Annotated[str, Form(min_length=1, max_length=2000)]
Name = Annotated[str, Form(min_length=1, max_length=40)]
Id = Annotated[str, Form(min_length=1, max_length=64)]


class NotePages:
    """The routes of notes and tags."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/patients/{patient}/notes")(self.write)
        router.post("/patients/{patient}/tags")(self.tag)
        router.post("/patients/{patient}/tags/off")(self.untag)

    async def write(self, request: Request, patient: str, text: Text) -> Response:
        """Add a note for staff."""
        reader = await self._desk.reader(request, Right.TASKS)
        act = self._desk.audit(reader, "note.write", patient)
        deps = self._desk.deps
        await deps.notes.write(deps.clinic, PatientId(patient), text.strip(), act)
        return _back(patient)

    async def tag(self, request: Request, patient: str, name: Name) -> Response:
        """Tie one of the clinic's tags to the patient, or a new one."""
        reader, deps = await self._reader(request), self._desk.deps
        if words := " ".join(name.split()):
            await deps.notes.tag(
                deps.clinic, PatientId(patient), words, self._act(reader, "tag.add", patient)
            )
        return _back(patient)

    async def untag(self, request: Request, patient: str, tag: Id) -> Response:
        """Take a tag off."""
        reader, deps = await self._reader(request), self._desk.deps
        await deps.notes.untag(deps.clinic, PatientId(patient), tag, self._act(reader, "tag.off", patient))
        return _back(patient)

    async def _reader(self, request: Request) -> Reader:
        return await self._desk.reader(request, Right.TASKS)

    def _act(self, reader: Reader, action: str, patient: str) -> Audit:
        return self._desk.audit(reader, action, patient)


def _back(patient: str) -> Response:
    answer = back_to(f"/console/patients/{patient}")
    answer.headers["location"] += "#notes"
    return answer
