"""Interpreters: the cases they are given for a while, and the little of them that they see."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.forms import FormReader
from bot.console.limits import seen_by
from bot.console.paperwork import message_lines
from bot.console.plan import step_lines
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers.core.values import PatientId
from handlers.errors import NotFound
from storage.assignments import INTERPRETER, Assignment
from storage.views.listing import initials_of

HOME: Final = "/console/assigned"
DAYS: Final = (7, 30, 90)
"""For how many days a case can be given; longer than that somebody has to look again."""

Staff = Annotated[str, Form(min_length=1, max_length=64)]
Days = Annotated[int, Form(ge=1, le=max(DAYS))]


class InterpreterPages:
    """The routes of interpreters, and those by which they are given cases."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/assigned")(self.list)
        router.get("/assigned/{patient}")(self.show)
        router.post("/patients/{patient}/interpreters")(self.assign)
        router.post("/patients/{patient}/interpreters/{staff_id}/end")(self.end)

    async def list(self, request: Request) -> Response:
        """Show the reader's cases: numbers, initials and languages."""
        reader = await self._desk.reader(request, Right.SEE_ASSIGNED)
        deps = self._desk.deps
        given = await deps.assignments.of_staff(deps.clinic, reader.staff_id, now_system=deps.now_system())
        records = [(one, await deps.views.record(deps.clinic, one.patient)) for one in given]
        await deps.note(self._desk.audit(reader, "assigned.list", reader.clinic.id))
        rows = [
            {
                "id": one.patient,
                "code": record.patient.code,
                "initials": initials_of(record.patient.name),
                "language": record.patient.language,
                "until": one.until,
            }
            for one, record in records
        ]
        return self._desk.show(reader, "assigned.html", rows=rows)

    async def show(self, request: Request, patient: str) -> Response:
        """Show what interpreting needs: who, when, and what was written, without what is restricted.

        A case that is not theirs, or no longer, is the same 404 as one that there is not.
        """
        reader = await self._desk.reader(request, Right.SEE_ASSIGNED)
        deps = self._desk.deps
        given = await deps.assignments.of_staff(deps.clinic, reader.staff_id, now_system=deps.now_system())
        mine = next((one for one in given if one.patient == patient), None)
        if mine is None:
            raise NotFound("no such case of this reader's")
        record = seen_by(self._desk, reader, await deps.views.record(deps.clinic, mine.patient))
        await deps.note(self._desk.audit(reader, "assigned.read", mine.patient))
        words = StaffWords(reader.catalog, reader.clinic.texts)
        forms = FormReader(words, self._desk.protocol(reader), sees_sensitive=False)
        return self._desk.show(
            reader,
            "assigned_case.html",
            record=record,
            initials=initials_of(record.patient.name),
            until=mine.until,
            steps=step_lines(record.follow_ups, forms),
            messages=message_lines(record.messages, reader, record.consents),
        )

    async def assign(self, request: Request, patient: str, staff: Staff, days: Days) -> Response:
        """Give an interpreter of the clinic a patient's case for so many days."""
        reader = await self._desk.reader(request, Right.ASSIGN)
        deps, now = self._desk.deps, self._desk.deps.now_system()
        case = await deps.uow.case_of(deps.clinic, PatientId(patient))
        members = await deps.staff.members(deps.clinic)
        if staff not in {one.id for one in members if one.role == INTERPRETER}:
            raise NotFound("no such interpreter of this clinic")
        given = Assignment(case.patient.id, staff, now + timedelta(days=days))
        await deps.assignments.assign(deps.clinic, given, by=reader.staff_id, now_system=now)
        await deps.note(self._desk.audit(reader, "interpreter.assign", case.patient.id))
        return back_to(f"/console/patients/{patient}", "interpreters.done")

    async def end(self, request: Request, patient: str, staff_id: str) -> Response:
        """Take a case back from an interpreter."""
        reader = await self._desk.reader(request, Right.ASSIGN)
        deps, now = self._desk.deps, self._desk.deps.now_system()
        if not await deps.assignments.end(deps.clinic, PatientId(patient), staff_id, now_system=now):
            raise NotFound("no such assignment")
        await deps.note(self._desk.audit(reader, "interpreter.end", patient))
        return back_to(f"/console/patients/{patient}", "interpreters.done")


async def interpreter_values(desk: Desk, reader: Reader, patient: PatientId) -> Mapping[str, Any]:
    """Return what the patient's page says of interpreters, to whoever may give them the case."""
    if not reader.may(Right.ASSIGN):
        return {"interpreters": (), "assigned": (), "assign_days": DAYS}
    deps = desk.deps
    members = [one for one in await deps.staff.members(deps.clinic) if one.role == INTERPRETER]
    names = {one.id: one.name for one in members}
    given = await deps.assignments.of_patient(deps.clinic, patient, now_system=deps.now_system())
    return {
        "interpreters": members,
        "assigned": [(one, names[one.staff]) for one in given if one.staff in names],
        "assign_days": DAYS,
    }
