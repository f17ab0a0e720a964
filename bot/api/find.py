"""Finding patients, as on the console's page: by what is typed and by what is chosen."""

from typing import Annotated

from fastapi import APIRouter, Depends

from bot.api.deps import Api, Needs, Program
from bot.api.given import FindGiven
from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.api.shapes import PatientLine, PatientList
from bot.api.sight import hidden_from
from bot.console.find import searchable
from bot.console.limits import rows_seen
from storage.search.asking import words_in
from storage.views.finding import Search


class Find:
    """The route that finds."""

    def __init__(self, api: Api) -> None:
        """Take what it stands on."""
        self._api = api

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        finds = Depends(Needs(self._api, Scope.PATIENTS_FIND).allows)

        @router.post("/patients/find")
        async def find_patients(program: Annotated[Program, finds], given: FindGiven) -> PatientList:
            """Find patients, asked by a body: no name stands in an address, and none in the answer."""
            return await self._found(program, given)

    async def _found(self, program: Program, given: FindGiven) -> PatientList:
        console, hidden = self._api.console, await hidden_from(self._api, program)
        if given.flag is not None and given.flag not in searchable(hidden):
            raise Problem(
                403, "flag-hidden", "Every flag of this level follows from answers that are hidden here."
            )
        search = Search(
            words_in(given.typed),
            given.stage or "",
            given.flag or "",
            hidden.hides if hidden else None,
            given.language,
        )
        found, _ = await console.views.find(console.clinic, search, offset=given.offset, limit=given.limit)
        rows = await rows_seen(console, found.rows, hidden)
        await self._api.note(program, "patients.find", "")
        return PatientList(total=found.total, patients=[PatientLine.of(row) for row in rows])
