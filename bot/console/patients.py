"""The console's first page: what needs a person, then the patients."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from bot.console.access import Right
from bot.console.demo import jumps
from bot.console.desk import Desk, back_to
from bot.console.limits import restriction_for, rows_seen, worklist_seen
from bot.console.needs import needs_of
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers.core.changes import Level
from handlers.core.flags import LOUDNESS
from storage.views.models import PatientRow

PAGE_SIZE: Final = 25
_ELSEWHERE: Final = (
    (Right.SETTINGS, "/console/clinic"),
    (Right.LOG, "/console/log"),
    (Right.SEE_ASSIGNED, "/console/assigned"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    code: str
    initials: str
    stage: str
    language: str
    zone: str
    last_heard_at: datetime | None
    flags: tuple[tuple[Level, int], ...]
    next_step: str
    next_due_at: datetime | None
    silent_since: datetime | None


class PatientPages:
    """The routes of the list."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/")(self.show)

    async def show(
        self,
        request: Request,
        code: Annotated[str, Query(max_length=20)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        """Show the list, or what the reader's role opens instead of it."""
        reader = await self._desk.reader(request)
        if not reader.may(Right.SEE_PATIENTS):
            return self._elsewhere(reader)
        views, clinic = self._desk.deps.views, self._desk.deps.clinic
        found = await views.patients(clinic, code=code, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        hidden = restriction_for(self._desk, reader)
        listed = await rows_seen(self._desk.deps, found.rows, hidden)
        worklist = worklist_seen(await views.worklist(clinic), hidden)
        words = StaffWords(reader.catalog, reader.clinic.texts)
        return self._desk.show(
            reader,
            "patients.html",
            needs=needs_of(worklist, words),
            rows=[_row(row, words) for row in listed],
            total=found.total,
            code=code,
            page=page,
            pages=ceil(found.total / PAGE_SIZE),
            demo_bar=await jumps(self._desk, reader, None),
        )

    def _elsewhere(self, reader: Reader) -> Response:
        path = next((path for right, path in _ELSEWHERE if reader.may(right)), None)
        if path is not None:
            return back_to(path)
        return self._desk.message(reader, "console.welcome.title", "console.welcome.text")


def _row(row: PatientRow, words: StaffWords) -> _Row:
    return _Row(
        id=row.id,
        code=row.code,
        initials=row.initials,
        stage=row.stage,
        language=row.language,
        zone=row.zone,
        last_heard_at=row.last_heard_at,
        flags=tuple((level, row.flags[level]) for level in LOUDNESS if row.flags.get(level)),
        next_step=words.titled(f"console.step.{row.next_step}", row.next_step),
        next_due_at=row.next_due_at,
        silent_since=row.silent_since,
    )
