"""Two records that may be one person: shown, merged and let apart again, without a name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id, MergeGiven
from bot.api.scopes import Scope
from bot.api.shapes import Moment
from bot.console.desk import Desk
from bot.console.duplicates import let_apart, merge_into, merged_by

_DONE = 204


class PairShape(BaseModel):
    """Two patients who may be one person, and by what: birth date or name."""

    one: str
    other: str
    reason: str


class MergeShape(BaseModel):
    """A merge that can still be undone: `patient` is shown under `into`."""

    id: str
    patient: str
    into: str
    at: Moment


class DuplicatesShape(BaseModel):
    """What may be merged, and what was."""

    pairs: list[PairShape]
    merges: list[MergeShape]


class Merging:
    """The routes of duplicates."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._desk = Desk(api.console)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        needs = Depends(Needs(self._api, Scope.MERGE_WRITE).allows)

        @router.get("/duplicates")
        async def list_duplicates(program: Annotated[Program, needs]) -> DuplicatesShape:
            """List the pairs that may be one person, and the merges that can be undone."""
            return await self._listed(program)

        @router.post("/patients/{patient}/merge", status_code=_DONE)
        async def merge_patient(
            program: Annotated[Program, needs], patient: Id, given: MergeGiven
        ) -> Response:
            """Show a record under another one; 409 if one of them is merged already."""
            note = self._api.act(program, "patient.merge", patient)
            await merge_into(self._desk, patient, given.into, note)
            return Response(status_code=_DONE)

        @router.delete("/merges/{merge}", status_code=_DONE)
        async def undo_merge(program: Annotated[Program, needs], merge: Id) -> Response:
            """Let both records stand apart again."""
            patient = await merged_by(self._desk, merge)
            note = self._api.act(program, "patient.unmerge", patient)
            await let_apart(self._desk, patient, merge, note)
            return Response(status_code=_DONE)

    async def _listed(self, program: Program) -> DuplicatesShape:
        views, clinic = self._api.console.views, self._api.console.clinic
        pairs, merges = await views.duplicates(clinic), await views.merges(clinic)
        await self._api.note(program, "duplicates.read", "")
        return DuplicatesShape(
            pairs=[PairShape(one=p.one.id, other=p.other.id, reason=p.reason) for p in pairs],
            merges=[MergeShape(id=m.id, patient=m.patient.id, into=m.into.id, at=m.at) for m in merges],
        )
