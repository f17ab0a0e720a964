"""Finding patients: by what is typed, by what is chosen, or as the ones behind a number of the overview.

What is typed may be a name or a birth date, so it stands in no address: it is sent as a form, and the link
of the page that shows who was found has it sealed, for whoever typed it alone.
"""

from collections.abc import Collection
from math import ceil
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from bot.console.access import Right
from bot.console.behind import read
from bot.console.chips import chips_of
from bot.console.desk import Desk, back_to
from bot.console.limits import restriction_for, rows_seen
from bot.console.overview import here_of
from bot.console.patients import row_shown
from bot.restricted import ALWAYS_HIDDEN, Restriction
from bot.staff_words import StaffWords
from handlers.core.case import Stage
from handlers.core.changes import Level
from handlers.core.flags import LOUDNESS
from storage.search.asking import words_in
from storage.views.finding import Search

PATH: Final = "/console/find"
PAGE_SIZE: Final = 25
LONGEST: Final = 100

Short = Annotated[str, Field(max_length=20)]


class Chosen(BaseModel):
    """What can be chosen beside what is typed; nothing of it names anybody."""

    stage: Short = ""
    flag: Short = ""
    language: Short = ""
    behind: Annotated[str, Field(max_length=200)] = ""
    """A number of the overview (`bot/console/behind.py`)."""

    def query(self, **more: str) -> dict[str, str]:
        """Return it for a link, without what is not chosen."""
        chosen = {name: getattr(self, name) for name in Chosen.model_fields}
        return {name: value for name, value in {**chosen, **more}.items() if value}


class Asked(Chosen):
    """The form."""

    typed: Annotated[str, Field(max_length=LONGEST)] = ""


class Linked(Chosen):
    """The link: `words` are what was typed, sealed."""

    words: Annotated[str, Field(max_length=1000)] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


def searchable(hidden: Restriction | None) -> Collection[Level]:
    """Return the levels of flags by which a reader may look for patients: none whose every flag is hidden."""
    return LOUDNESS if hidden is None else tuple(level for level in LOUDNESS if level not in ALWAYS_HIDDEN)


def refusal(chosen: Chosen, hidden: Restriction | None) -> str:
    """Return the key of why nobody is found by what is chosen, where that can't be asked for; else ""."""
    if chosen.stage and chosen.stage not in tuple(Stage):
        return "console.find.unknown"
    if not chosen.flag or chosen.flag in searchable(hidden):
        return ""
    return "console.find.refused_flag" if chosen.flag in LOUDNESS else "console.find.unknown"


class FindPages:
    """The routes of finding."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/find")(self.show)
        router.post("/find")(self.ask)

    async def ask(self, request: Request, asked: Annotated[Asked, Form()]) -> Response:
        """Lead to the page of who was asked for; that it was opened is written down there."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        views, clinic, typed = self._desk.deps.views, self._desk.deps.clinic, asked.typed.strip()
        words = await views.hidden(clinic, reader.staff_id, typed) if typed else ""
        return back_to(PATH, **asked.query(words=words))

    async def show(self, request: Request, linked: Annotated[Linked, Query()]) -> Response:
        """Show who was found."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        views, clinic = self._desk.deps.views, self._desk.deps.clinic
        typed = await views.typed(clinic, reader.staff_id, linked.words) if linked.words else ""
        whose, number = read(linked.behind, here_of(self._desk, reader)) if linked.behind else (None, "")
        hidden = restriction_for(self._desk, reader)
        # By which flags somebody is found would tell of those that the reader may not see: by theirs alone.
        hides = hidden.hides if hidden else None
        search = Search(words_in(typed), linked.stage, linked.flag, hides, linked.language, whose)
        offset = (linked.page - 1) * PAGE_SIZE
        found, languages = await views.find(clinic, search, offset=offset, limit=PAGE_SIZE)
        words = StaffWords(reader.catalog, reader.clinic.texts)
        return self._desk.show(
            reader,
            "find.html",
            rows=[row_shown(row, words) for row in await rows_seen(self._desk.deps, found.rows, hidden)],
            total=found.total,
            typed=typed,
            number=number,
            chosen=linked,
            stages=tuple(Stage),
            levels=[level for level in LOUDNESS if level in searchable(hidden)],
            refusal=refusal(linked, hidden),
            some_hidden=hidden is not None,
            spoken=languages,
            page=linked.page,
            pages=ceil(found.total / PAGE_SIZE),
            link=linked.query(words=linked.words),
            chips=await chips_of(self._desk, reader, urlencode(linked.query())),
        )
