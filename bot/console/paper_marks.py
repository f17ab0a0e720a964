"""Papers that the clinic does not need, or needs after all: said on the checklist, file or no file."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.forms import FormReader
from bot.console.limits import seen_by
from bot.console.paperwork import PaperLine, checklist
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers.core.checklist import PaperState
from handlers.core.values import PatientId
from handlers.errors import NotFound
from handlers.reviewing import mark_paper

Name = Annotated[str, Form(min_length=1, max_length=100)]
Needed = Annotated[Literal["yes", "no"], Form()]
Reason = Annotated[str, Form(min_length=3, max_length=500, pattern=r"\S")]


class PaperMarks:
    """The route by which a paper is called not needed, or wanted again."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.post("/patients/{patient}/papers")(self.mark)

    async def mark(
        self, request: Request, patient: str, paper: Name, needed: Needed, reason: Reason
    ) -> Response:
        """Keep it with the reason; the patient sees it in their list."""
        reader = await self._desk.reader(request, Right.TASKS)
        line, wanted = await self._line(reader, patient, paper), needed == "yes"
        if wanted != (line.state is PaperState.NOT_NEEDED) or not (wanted or line.can_be_marked):
            return back_to(f"/console/patients/{patient}")
        await self._desk.review(
            patient,
            lambda decision: mark_paper(
                decision, line.link_id, reason.strip(), reader.staff_id, needed=wanted
            ),
        )
        return back_to(f"/console/patients/{patient}", "papers.marked")

    async def _line(self, reader: Reader, patient: str, paper: str) -> PaperLine:
        """Return the line of the checklist as the reader sees it; raise NotFound where there is none."""
        deps = self._desk.deps
        record = seen_by(self._desk, reader, await deps.views.record(deps.clinic, PatientId(patient)))
        words = StaffWords(reader.catalog, reader.clinic.texts)
        forms = FormReader(words, self._desk.protocol(reader), reader.may(Right.SEE_SENSITIVE))
        found = next((line for line in checklist(record, forms) if line.link_id == paper), None)
        if found is None:
            raise NotFound("no such paper is asked for")
        return found
