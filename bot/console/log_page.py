"""The record of who did what, for auditors: page after page, sought through, and as a file."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from bot.console.access import Right
from bot.console.desk import Desk
from bot.console.documents import FILE_HEADERS
from bot.console.render import Reader
from bot.disposition import disposition
from bot.staff_words import StaffWords
from bot.summaries.table import csv_line, neutral
from handlers.core.care_plan import local_to_utc
from handlers.errors import NotFound
from storage.views.log import Sought
from storage.views.models import LogRow

_LINES: Final = 100
_CHUNK: Final = 500
"""So many lines of a file are read at once."""
_FILE: Final = "log.csv"
_HEAD: Final = ("line", "at", "who", "act", "act_key", "record", "record_id")

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))] | Literal[""]


class Chosen(BaseModel):
    """Which lines somebody wants to see: by whom, about which case, what was done, on which day there."""

    person: Annotated[str, Field(max_length=64)] = ""
    case: Annotated[str, Field(max_length=20)] = ""
    act: Annotated[str, Field(max_length=64)] = ""
    day: Day = ""

    def query(self) -> dict[str, str]:
        """Return it for a link, without what is not chosen."""
        chosen = {name: str(getattr(self, name)) for name in Chosen.model_fields}
        return {name: value for name, value in chosen.items() if value}


class Linked(Chosen):
    """A page: the lines before this one."""

    before: Annotated[int, Field(ge=1, le=2**62)] | None = None


class LogPages:
    """The routes of the record."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/log")(self.show)
        router.get("/log.csv")(self.csv)

    async def show(self, request: Request, linked: Annotated[Linked, Query()]) -> Response:
        """Show a page of lines, the newest first."""
        reader = await self._desk.reader(request, Right.LOG)
        views, clinic = self._desk.deps.views, self._desk.deps.clinic
        sought = await self._sought(reader, linked)
        rows = await views.log(clinic, limit=_LINES + 1, sought=sought) if sought else ()
        words, doers = StaffWords(reader.catalog, reader.clinic.texts), await views.doers(clinic)
        shown, query = rows[:_LINES], linked.query()
        return self._desk.show(
            reader,
            "log.html",
            log=[_worded(row, words) for row in shown],
            chosen=linked,
            people=_in_order((one, _actor(name, words)) for one, name in doers.names.items()),
            acts=_in_order((one, _act(one, words)) for one in doers.actions),
            is_unknown=sought is None,
            query=urlencode(query),
            older=urlencode({**query, "before": shown[-1].seq}) if len(rows) > _LINES else "",
        )

    async def csv(self, request: Request, chosen: Annotated[Chosen, Query()]) -> Response:
        """Hand out all lines that are looked for, streamed; that is a line, too."""
        reader = await self._desk.reader(request, Right.LOG)
        sought = await self._sought(reader, chosen)
        await self._desk.note(reader, "log.csv", reader.clinic.id)
        headers = FILE_HEADERS | {"Content-Disposition": disposition(_FILE)}
        return StreamingResponse(
            self._lines(reader, sought), media_type="text/csv; charset=utf-8", headers=headers
        )

    async def _sought(self, reader: Reader, chosen: Chosen) -> Sought | None:
        """Return what to look for; None where there is no such case."""
        deps, zone = self._desk.deps, reader.clinic.zone
        sought = Sought(actor=chosen.person, action=chosen.act)
        if isinstance(chosen.day, date):
            since, until = (_midnight(chosen.day + timedelta(days=more), zone) for more in (0, 1))
            sought = replace(sought, since=since, until=until)
        if isinstance(chosen, Linked):
            sought = replace(sought, before=chosen.before)
        if not (code := chosen.case.strip().upper()):
            return sought
        try:
            return replace(sought, patient=await deps.views.patient_with(deps.clinic, code))
        except NotFound:
            return None

    async def _lines(self, reader: Reader, sought: Sought | None) -> AsyncIterator[str]:
        views, clinic = self._desk.deps.views, self._desk.deps.clinic
        words = StaffWords(reader.catalog, reader.clinic.texts)
        yield "\ufeff" + csv_line(_HEAD)
        while sought is not None:
            rows = await views.log(clinic, limit=_CHUNK, sought=sought)
            yield "".join(csv_line(_cells(row, words)) for row in rows)
            sought = replace(sought, before=rows[-1].seq) if len(rows) == _CHUNK else None


def _cells(row: LogRow, words: StaffWords) -> list[str]:
    """Return a line's cells; the moment is UTC in ISO 8601."""
    said = _worded(row, words)
    told = (said.actor, said.action, row.action, row.about, row.subject)
    return [str(row.seq), row.at.astimezone(UTC).isoformat(), *map(neutral, told)]


def _worded(row: LogRow, words: StaffWords) -> LogRow:
    """Return the line in words; an id without a case number or a name is left out by the page."""
    return replace(row, actor=_actor(row.actor, words), action=_act(row.action, words))


def _actor(name: str, words: StaffWords) -> str:
    return words.titled(f"console.actor.{name}", name)


def _act(action: str, words: StaffWords) -> str:
    return words.titled(f"console.act.{action}", action)


def _in_order(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return keys with their words, as the words are sorted."""
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


def _midnight(day: date, zone: str) -> datetime:
    return local_to_utc(f"{day}T00:00", zone)
