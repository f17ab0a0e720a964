"""The clinic as a whole: who answered, where people stopped, what arrived; each number opens its patients."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import Response as File

from bot.console.access import Right
from bot.console.behind import Here
from bot.console.counting import Counting
from bot.console.desk import Desk
from bot.console.documents import FILE_HEADERS
from bot.console.forms import FormReader
from bot.console.overview_tables import Table, tables
from bot.console.render import Reader
from bot.disposition import disposition
from bot.staff_words import StaffWords
from bot.summaries.table import csv_line, neutral
from storage.views.cohort import Progress
from storage.views.overview import Overview


class OverviewPages:
    """The routes of the overview."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk; nothing is counted before somebody asks."""
        self._desk = desk
        self._counting = Counting(self._count, desk.deps.now_system)
        self._as_of = desk.deps.clock.now()
        self._forms: tuple[str, ...] = ()

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/overview")(self.show)
        router.get("/overview.csv")(self.csv)

    async def show(self, request: Request) -> Response:
        """Show the numbers, or that they are being counted: that page asks again by itself."""
        reader, shown = await self._look(request)
        if shown is None:
            self._desk.shows_nobody(reader)
            return self._desk.show(reader, "overview.html", tables=(), counting=True, as_of=self._as_of)
        return self._desk.show(reader, "overview.html", tables=shown, counting=False, as_of=self._as_of)

    async def csv(self, request: Request) -> Response:
        """Hand out what is on the page as CSV; that is written down. 503 while it is counted."""
        reader, shown = await self._look(request)
        if shown is None:
            return File(status_code=503, headers={"Retry-After": "2"})
        await self._desk.deps.note(self._desk.audit(reader, "overview.csv", reader.clinic.id))
        content = "\ufeff" + "".join(_lines(shown, reader))
        headers = FILE_HEADERS | {"Content-Disposition": disposition("overview.csv")}
        return File(content, media_type="text/csv; charset=utf-8", headers=headers)

    async def _look(self, request: Request) -> tuple[Reader, tuple[Table, ...] | None]:
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        here = here_of(self._desk, reader)
        self._forms = tuple(here.forms.protocol.intake)
        found = await self._counting.look()
        return reader, tables(found, here) if found else None

    async def _count(self, _: Progress) -> Overview:
        deps = self._desk.deps
        self._as_of = deps.clock.now()
        return await deps.views.overview(deps.clinic, self._as_of, self._forms)


def here_of(desk: Desk, reader: Reader) -> Here:
    """Return what numbers are asked of, for this reader, now."""
    words = StaffWords(reader.catalog, reader.clinic.texts)
    forms = FormReader(words, desk.protocol(reader), reader.may(Right.SEE_SENSITIVE))
    return Here(reader.clinic.id, reader.now, forms)


def _lines(shown: tuple[Table, ...], reader: Reader) -> list[str]:
    say = reader.catalog.plain
    lines = []
    for table in shown:
        lines.append(csv_line([say(f"console.overview.{table.name}")]))
        lines.append(csv_line([say(f"console.overview.{name}") for name in table.head]))
        lines += [csv_line([neutral(cell.text) for cell in row]) for row in table.rows]
        lines.append(csv_line([]))
    return lines
