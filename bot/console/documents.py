"""A patient's files: opened, streamed, and never run by the browser."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import StreamingResponse

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.paperwork import PICTURES
from bot.console.render import Reader
from handlers.core.papers import DocumentState, Verdict
from handlers.core.values import DocumentId, PatientId
from handlers.errors import NotFound
from handlers.reviewing import judge
from storage.views.models import DocumentView

Found = Annotated[Verdict, Form()]
Month = Annotated[str, Form(pattern=r"^((19|20)[0-9]{2}-(0[1-9]|1[0-2]))?$")]
_SANDBOX: Final = "default-src 'none'; sandbox"
_SAFE_ASCII: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-()+,")


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

    async def download(self, request: Request, patient: str, document: str) -> Response:
        """Hand the file out under its own name, to be saved."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        found = await self._found(reader, patient, document, "document.download")
        shown = disposition(found.name or found.id)
        return await self._stream(found, "application/octet-stream", shown)

    async def view(self, request: Request, patient: str, document: str) -> Response:
        """Show a picture inside the page; every other kind is the same 404 as an unknown file."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        found = await self._found(reader, patient, document, "document.view")
        if found.mime not in PICTURES:
            raise NotFound("not a picture")
        return await self._stream(found, found.mime, "inline")

    async def judge(
        self, request: Request, patient: str, document: str, verdict: Found, dated: Month = ""
    ) -> Response:
        """Keep what the reader found in a file; the clinic's rules about papers are applied anew."""
        reader = await self._desk.reader(request, Right.TASKS)
        await self._desk.review(
            patient, lambda decision: judge(decision, DocumentId(document), verdict, dated, reader.staff_id)
        )
        return back_to(f"/console/patients/{patient}", "documents.judged")

    async def _found(self, reader: Reader, patient: str, document: str, action: str) -> DocumentView:
        deps = self._desk.deps
        found = await deps.views.document(deps.clinic, PatientId(patient), DocumentId(document))
        if found.state is not DocumentState.STORED:
            raise NotFound("not here yet")
        await deps.note(self._desk.audit(reader, action, document))
        return found

    async def _stream(self, document: DocumentView, mime: str, shown: str) -> Response:
        headers = {
            "Content-Disposition": shown,
            "Content-Security-Policy": _SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        content = await self._desk.deps.open_document(self._desk.deps.clinic, document.id)
        if content is None:
            raise NotFound("the file is gone")
        return StreamingResponse(content, media_type=mime, headers=headers)


def disposition(name: str) -> str:
    """Return an attachment's Content-Disposition (RFC 6266): an ASCII name, and the true one in UTF-8."""
    plain = "".join(char if char in _SAFE_ASCII else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
