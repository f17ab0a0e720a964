"""The record of who did what, for auditors."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk
from bot.staff_words import StaffWords
from storage.views.models import LogRow

_LINES: Final = 200


class LogPages:
    """The route of the record."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/log")(self.show)

    async def show(self, request: Request) -> Response:
        """Show the newest lines."""
        reader = await self._desk.reader(request, Right.LOG)
        log = await self._desk.deps.views.log(self._desk.deps.clinic, limit=_LINES)
        words = StaffWords(reader.catalog, reader.clinic.texts)
        return self._desk.show(reader, "log.html", log=[_worded(row, words) for row in log])


def _worded(row: LogRow, words: StaffWords) -> LogRow:
    """Return the line in words; an id without a case number or a name is left out."""
    return replace(
        row,
        actor=words.titled(f"console.actor.{row.actor}", row.actor),
        action=words.titled(f"console.act.{row.action}", row.action),
    )
