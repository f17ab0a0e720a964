"""Our own page for files: large ones, several, whole folders; a line that is cut costs one piece.

A link leads here from any channel. It belongs to the first browser that goes on from it, for a week,
until "done" is pressed; what comes in is the patient's, at the contact that the link was made for.
"""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from bot.channels.web.deps import WebChat
from bot.channels.web.desk import see
from bot.channels.web.drafts import Drafts, WrongPlace
from bot.channels.web.pages import Pages
from bot.channels.web.too_many import note_too_many
from bot.channels.web.upload_links import Opened, UploadLinks
from bot.web_guard import TooLarge, read_body, require_same_origin
from handlers.core.events import FileKind, SentDocument
from handlers.core.internal import UPLOADED, uploaded_item
from handlers.ports import Incoming

MOST_AT_ONCE: Final = 8 * 1024 * 1024
_NOTE: Final = 4096
_KINDS: Final = {"image": FileKind.PHOTO, "audio": FileKind.AUDIO, "video": FileKind.VIDEO}
Number = Annotated[int, Query(ge=0)]


class Offered(BaseModel):
    """A file as the browser names it."""

    name: str = Field(max_length=500)
    size: int = Field(gt=0)
    modified: int = Field(ge=0)
    mime: str = Field(default="", max_length=100)


class UploadPage:
    """The routes under /upload/: `token` is a link's, `link` its short name, which opens nothing."""

    def __init__(self, chat: WebChat, pages: Pages, drafts: Drafts) -> None:
        """Serve the chat's patients."""
        self._chat = chat
        self._pages = pages
        self._drafts = drafts
        self._links = UploadLinks(chat.tokens, drafts, https=chat.public_url.startswith("https"))

    def routes(self) -> APIRouter:
        """Return the routes; whatever changes something must come from a page of ours."""
        router = APIRouter(
            prefix="/upload",
            dependencies=[Depends(require_same_origin)],
            default_response_class=Response,
            include_in_schema=False,
        )
        for path, endpoint, method in (
            ("/{token}", self.arrive, "GET"),
            ("/{token}", self.take, "POST"),
            ("/at/{link}", self.page, "GET"),
            ("/at/{link}/done", self.end, "POST"),
            ("/at/{link}/files", self.offer, "POST"),
            ("/at/{link}/files/{ident}", self.put, "PUT"),
            ("/at/{link}/files/{ident}/done", self.finish, "POST"),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        return router

    async def arrive(self, request: Request, token: str) -> Response:
        """Show the button that makes the link this browser's: looking at it spends nothing.

        It is shown to others as well: a browser that comes from elsewhere does not send its cookie yet.
        """
        link = self._links.read(token)
        if link is None:
            return self._spent(request)
        if self._links.held(request, link.name):
            return see(_page_of(link))
        action = f"/upload/{token}"
        return self._pages.page(request, "continue.html", action=action, key="paper.page.begin")

    async def take(self, request: Request, token: str) -> Response:
        """Give the link to this browser, if it is nobody's yet, and leave the link's address."""
        link = self._links.read(token)
        if link is None:
            return self._spent(request)
        response = see(_page_of(link))
        return response if self._links.claim(request, response, link) else self._spent(request)

    async def page(self, request: Request, link: str) -> Response:
        """Show the page to the browser whose link it is."""
        opened = self._links.held(request, link)
        if opened is None:
            return self._spent(request)
        megabytes = str(self._chat.max_file_bytes // (1024 * 1024))
        most, action = self._chat.max_file_bytes, _page_of(opened)
        return self._pages.page(request, "upload.html", action=action, most=most, megabytes=megabytes)

    async def offer(self, request: Request, link: str) -> Response:
        """Say from where on a file is wanted."""
        opened, file = await self._asked(request, link)
        if opened is None or file is None:
            return _refused(410 if opened is None else 422)
        if file.size > self._chat.max_file_bytes:
            return _refused(413)
        ident = self._drafts.ident(link, file.name, file.size, file.modified)
        if not self._drafts.has_room(link, ident, file.size, self._chat.now_system()):
            await note_too_many(self._chat, opened.point)
            return _refused(429)
        return JSONResponse({"id": ident, "offset": self._drafts.begin(link, ident, file.size)})

    async def put(self, request: Request, link: str, ident: str, size: Number, offset: Number) -> Response:
        """Take a piece; 409 says from where on the file is wanted instead."""
        opened = self._links.held(request, link)
        if opened is None or not re.fullmatch("[0-9a-f]{32}", ident):
            return _refused(410)
        content = await read_body(request, MOST_AT_ONCE)
        try:
            return JSONResponse({"offset": await self._drafts.put(link, ident, size, offset, content)})
        except WrongPlace as wrong:
            return JSONResponse({"offset": wrong.offset}, status_code=409)

    async def finish(self, request: Request, link: str, ident: str) -> Response:
        """Hand a whole file on; 202 only when that is safely stored, and the same file counts once."""
        opened, file = await self._asked(request, link)
        if opened is None or file is None:
            return _refused(410 if opened is None else 422)
        if ident != self._drafts.ident(link, file.name, file.size, file.modified):
            return _refused(422)
        try:
            ref = await self._drafts.finish(link, ident, file.size)
        except WrongPlace as wrong:
            return JSONResponse({"offset": wrong.offset}, status_code=409)
        if ref:
            await self._hand_on(opened, ident, _sent(file, ref, link))
        return JSONResponse({}, status_code=202)

    async def end(self, request: Request, link: str) -> Response:
        """Let the link be over."""
        opened = self._links.held(request, link)
        response = self._pages.page(request, "note.html", key="paper.page.thanks", values={})
        if opened is not None:
            self._links.end(response, opened)
        return response

    def _spent(self, request: Request) -> Response:
        return self._pages.page(request, "note.html", status=410, key="paper.page.spent", values={})

    async def _hand_on(self, link: Opened, ident: str, sent: SentDocument) -> None:
        now, point = self._chat.clock.now(), link.point
        item = Incoming(
            clinic=self._chat.clinic,
            channel=point.channel,
            account=point.account,
            dedupe_key=f"uploaded:{ident}",
            conversation=point.address,
            raw=uploaded_item(ident, sent, at=now),
            at=now,
        )
        await self._chat.inbox.add([item], now=now)
        self._drafts.finished(link.name, ident, sent.size or 0)

    async def _asked(self, request: Request, link: str) -> tuple[Opened | None, Offered | None]:
        opened = self._links.held(request, link)
        try:
            said = await read_body(request, _NOTE) if opened else b""
            return opened, Offered.model_validate_json(said)
        except (ValidationError, TooLarge):
            return opened, None


def _page_of(link: Opened) -> str:
    return f"/upload/at/{link.name}"


def _sent(file: Offered, ref: str, link: str) -> SentDocument:
    kind = _KINDS.get(file.mime.partition("/")[0], FileKind.DOCUMENT)
    name = re.split(r"[\\/]", file.name)[-1]
    return SentDocument(
        ref=UPLOADED + ref, kind=kind, name=name, mime=file.mime, size=file.size, album=UPLOADED + link
    )


def _refused(status: int) -> Response:
    return JSONResponse({}, status_code=status)
