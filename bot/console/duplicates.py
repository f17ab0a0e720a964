"""Possible duplicates: two records that may be one person, merged by staff and undone again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from handlers.core.changes import Audit, MergePatients, UnmergePatients
from handlers.core.values import PatientId
from handlers.errors import NotFound
from handlers.merging import set_aside, take_back

_PAGE = "/console/duplicates"

Id = Annotated[str, Form(min_length=1, max_length=64)]


class DuplicatePages:
    """The routes of duplicates."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/duplicates")(self.show)
        router.post("/duplicates/merge")(self.merge)
        router.post("/duplicates/undo")(self.undo)

    async def show(self, request: Request) -> Response:
        """Show the pairs, and what was merged."""
        reader = await self._desk.reader(request, Right.MERGE)
        views, clinic = self._desk.deps.views, self._desk.deps.clinic
        await self._desk.deps.note(self._desk.audit(reader, "duplicates.read", ""))
        pairs, merges = await views.duplicates(clinic), await views.merges(clinic)
        return self._desk.show(reader, "duplicates.html", pairs=pairs, merges=merges)

    async def merge(self, request: Request, patient: Id, into: Id) -> Response:
        """Show one record under the other from now on; NotFound if one of them is merged already."""
        reader = await self._desk.reader(request, Right.MERGE)
        await merge_into(self._desk, patient, into, self._desk.audit(reader, "patient.merge", patient))
        return back_to(_PAGE, "duplicates.merged")

    async def undo(self, request: Request, merge: Id) -> Response:
        """Let both records stand apart again."""
        reader = await self._desk.reader(request, Right.MERGE)
        patient = await merged_by(self._desk, merge)
        await let_apart(self._desk, patient, merge, self._desk.audit(reader, "patient.unmerge", patient))
        return back_to(_PAGE, "duplicates.undone")


async def merge_into(desk: Desk, patient: str, into: str, note: Audit) -> None:
    """Show one record under the other from now on; NotFound if one of them is merged already."""
    kept = await desk.deps.uow.case_of(desk.deps.clinic, PatientId(into))
    if patient == into:
        raise NotFound("a record can't be merged with itself")
    merging = MergePatients(desk.deps.ids.new(), kept.patient.id, note.at, note.actor)
    await desk.decide(patient, lambda case: [merging, *set_aside(case), note])


async def merged_by(desk: Desk, merge: str) -> PatientId:
    """Return whose record a merge has put under another one; raise NotFound."""
    merges = await desk.deps.views.merges(desk.deps.clinic)
    found = next((one for one in merges if one.id == merge), None)
    if found is None:
        raise NotFound("no such merge")
    return found.patient.id


async def let_apart(desk: Desk, patient: PatientId, merge: str, note: Audit) -> None:
    """Let both records of a merge stand apart again."""
    undoing = UnmergePatients(merge, note.at, note.actor)
    await desk.decide(patient, lambda case: [undoing, *take_back(case, note.at), note], full=True)
