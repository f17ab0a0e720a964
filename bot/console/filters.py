"""Lists that a reader keeps: chips above the patients, saved, renamed and deleted beside them."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.find import PATH, Chosen

LONGEST: Final = 40
"""So long a name is still a chip."""

Name = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Saved(Chosen):
    """The form: a name for what is chosen."""

    name: Name


class Renamed(BaseModel):
    """The form of another name."""

    name: Name


class FilterPages:
    """The routes of kept lists."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/filters")(self.save)
        router.post("/filters/{ident}/rename")(self.rename)
        router.post("/filters/{ident}/delete")(self.delete)

    async def save(self, request: Request, saved: Annotated[Saved, Form()]) -> Response:
        """Keep what is chosen, and nothing that was typed."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        chosen, name, deps = saved.query(), " ".join(saved.name.split()), self._desk.deps
        if not chosen or not name:
            return back_to(PATH, "filters.nothing", **chosen)
        act = self._desk.audit(reader, "filter.save", reader.staff_id)
        kept = await deps.filters.save(deps.clinic, name, urlencode(chosen), act)
        return back_to(PATH, "filters.saved" if kept else "filters.full", **chosen)

    async def rename(self, request: Request, ident: str, form: Annotated[Renamed, Form()]) -> Response:
        """Give a list another name."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        name, deps = " ".join(form.name.split()), self._desk.deps
        if not name:
            return back_to(PATH, "filters.nothing")
        act = self._desk.audit(reader, "filter.rename", reader.staff_id)
        await deps.filters.rename(deps.clinic, ident, name, act)
        return back_to(PATH, "filters.renamed")

    async def delete(self, request: Request, ident: str) -> Response:
        """Forget a list; the patients in it stay where they are."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        act = self._desk.audit(reader, "filter.delete", reader.staff_id)
        await self._desk.deps.filters.delete(self._desk.deps.clinic, ident, act)
        return back_to(PATH, "filters.deleted")
