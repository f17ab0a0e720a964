"""A patient's files: opened, streamed, and never run by the browser."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import StreamingResponse

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.limits import seen_by
from bot.console.render import Reader
from bot.disposition import disposition
from handlers.core.papers import DocumentState, Verdict
from handlers.core.values import DocumentId, PatientId
from handlers.errors import NotFound
from handlers.reviewing import ask_for_better, judge
from storage.views.models import DocumentView

Found = Annotated[Verdict, Form()]
Aside = Annotated[Literal["unreadable", "locked", "other-person", "unsafe"], Form()]
Month = Annotated[str, Form(pattern=r"^((19|20)[0-9]{2}-(0[1-9]|1[0-2]))?$")]
FILE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""On every file that is handed out: a browser saves it, and runs nothing of it even where it shows it."""


class DocumentPages:
    """The routes of files."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/patients/{patient}/documents/{document}")(self.download)
        router.get("/patients/{patient}/documents/{document}/view")(self.view)
        router.post("/patients/{patient}/documents/{document}/judge")(self.judge)
        router.post("/patients/{patient}/documents/{document}/again")(self.ask_again)

    async def download(self, request: Request, patient: str, document: str) -> Response:
        """Hand the file out under its own name, to be saved."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        found = await self._found(reader, patient, document, "document.download")
        shown = disposition(found.name or found.id)
        return await self._stream(found, shown)

    async def view(self, request: Request, patient: str, document: str) -> Response:
        """Show what a file looks like, drawn anew; what has no picture is the same 404 as an unknown file."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        found = await self._found(reader, patient, document, "document.view")
        picture = await self._desk.deps.preview_document(self._desk.deps.clinic, found.id)
        if picture is None:
            raise NotFound("no picture of it")
        return Response(
            picture, media_type="image/jpeg", headers=FILE_HEADERS | {"Content-Disposition": "inline"}
        )

    async def judge(
        self, request: Request, patient: str, document: str, verdict: Found, dated: Month = ""
    ) -> Response:
        """Keep what the reader found in a file; the clinic's rules about papers are applied anew."""
        reader = await self._desk.reader(request, Right.TASKS)
        await self._seen(reader, patient, document)
        await self._desk.review(
            patient, lambda decision: judge(decision, DocumentId(document), verdict, dated, reader.staff_id)
        )
        return back_to(f"/console/patients/{patient}", "documents.judged")

    async def ask_again(self, request: Request, patient: str, document: str, verdict: Aside) -> Response:
        """Set a file aside and ask the patient for a better copy, with the reason: one tap."""
        reader = await self._desk.reader(request, Right.TASKS)
        found = await self._seen(reader, patient, document)
        why, name = Verdict(verdict), found.name
        await self._desk.review(
            patient,
            lambda decision: ask_for_better(decision, DocumentId(document), why, name, reader.staff_id),
        )
        return back_to(f"/console/patients/{patient}", "documents.asked_again")

    async def _found(self, reader: Reader, patient: str, document: str, action: str) -> DocumentView:
        deps = self._desk.deps
        found = await self._seen(reader, patient, document)
        if found.state is not DocumentState.STORED:
            raise NotFound("not here yet")
        await deps.note(self._desk.audit(reader, action, document))
        return found

    async def _seen(self, reader: Reader, patient: str, document: str) -> DocumentView:
        """Return a file's row; what stands in a restricted answer is no file to whom it is hidden from."""
        deps = self._desk.deps
        if reader.may(Right.SEE_SENSITIVE):
            return await deps.views.document(deps.clinic, PatientId(patient), DocumentId(document))
        record = seen_by(self._desk, reader, await deps.views.record(deps.clinic, PatientId(patient)))
        found = next((one for one in record.documents if one.id == document), None)
        if found is None:
            raise NotFound("no such document")
        return found

    async def _stream(self, document: DocumentView, shown: str) -> Response:
        content = await self._desk.deps.open_document(self._desk.deps.clinic, document.id)
        if content is None:
            raise NotFound("the file is gone")
        headers = FILE_HEADERS | {"Content-Disposition": shown}
        return StreamingResponse(content, media_type="application/octet-stream", headers=headers)
