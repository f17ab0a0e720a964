"""The list of patients."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from bot.console.access import Right
from bot.console.chips import chips_of
from bot.console.demo import jumps
from bot.console.desk import Desk
from bot.console.limits import restriction_for, rows_seen
from bot.staff_words import StaffWords
from handlers.core.changes import Level
from handlers.core.flags import LOUDNESS
from storage.views.models import PatientRow

PAGE_SIZE: Final = 25


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
        router.get("/patients")(self.show)

    async def show(
        self,
        request: Request,
        code: Annotated[str, Query(max_length=20)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        """Show a page of the list, or of those whose case number holds `code`."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        views, clinic = self._desk.deps.views, self._desk.deps.clinic
        found = await views.patients(clinic, code=code, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        hidden = restriction_for(self._desk, reader)
        listed = await rows_seen(self._desk.deps, found.rows, hidden)
        words = StaffWords(reader.catalog, reader.clinic.texts)
        return self._desk.show(
            reader,
            "patients.html",
            rows=[row_shown(row, words) for row in listed],
            total=found.total,
            code=code,
            page=page,
            pages=ceil(found.total / PAGE_SIZE),
            chips=await chips_of(self._desk, reader),
            demo_bar=await jumps(self._desk, reader, None),
        )


def row_shown(row: PatientRow, words: StaffWords) -> _Row:
    """Return a line of the list as it is shown."""
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
