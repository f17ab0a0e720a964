"""The clinic as a whole: the tables of the console's page, as they stand in its CSV."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.api.deps import Api, Needs, Program
from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.api.shapes import Moment
from bot.console.behind import Here
from bot.console.counting import Counting
from bot.console.forms import FormReader
from bot.console.overview_tables import Table, tables
from bot.staff_words import StaffWords
from storage.views.cohort import Progress
from storage.views.overview import Overview


class TableShape(BaseModel):
    """One table in the clinic's language: what its columns are called, and its rows."""

    name: str
    head: list[str]
    rows: list[list[str]]
    left_out: int

    @classmethod
    def of(cls, table: Table) -> "TableShape":
        """Return a table, without who is behind its numbers."""
        rows = [[cell.text for cell in row] for row in table.rows]
        return cls(name=table.name, head=list(table.head), rows=rows, left_out=table.has_more)


class OverviewShape(BaseModel):
    """All tables, and when they were counted."""

    as_of: Moment
    tables: list[TableShape]


class Numbers:
    """The route of the overview; it is counted once for all who ask within ten minutes."""

    def __init__(self, api: Api) -> None:
        """Take what it stands on; nothing is counted before somebody asks."""
        self._api = api
        self._counting = Counting(self._count, api.console.now_system)
        self._as_of = api.console.clock.now()
        self._forms: tuple[str, ...] = ()

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        reads = Depends(Needs(self._api, Scope.OVERVIEW_READ).allows)

        @router.get("/overview")
        async def read_overview(program: Annotated[Program, reads]) -> OverviewShape:
            """Return who answered, where people stopped, what arrived; 503 while it is counted."""
            return await self._told(program)

    async def _told(self, program: Program) -> OverviewShape:
        here = await self._here(program)
        self._forms = tuple(here.forms.protocol.intake)
        found = await self._counting.look()
        if found is None:
            raise Problem(503, "counting", "It is being counted. Try again.", Retry_After="2")
        await self._api.note(program, "overview.read", here.clinic)
        return OverviewShape(as_of=self._as_of, tables=[TableShape.of(one) for one in tables(found, here)])

    async def _count(self, _: Progress) -> Overview:
        console = self._api.console
        self._as_of = console.clock.now()
        return await console.views.overview(console.clinic, self._as_of, self._forms)

    async def _here(self, program: Program) -> Here:
        console = self._api.console
        clinic = await console.uow.clinic(console.clinic)
        words = StaffWords(console.catalogs.get(clinic.language), clinic.texts)
        forms = FormReader(words, console.protocol(clinic), program.may(Scope.SENSITIVE_READ))
        return Here(clinic.id, console.clock.now(), forms)
