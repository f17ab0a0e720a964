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
from bot.channels.web.drafts import Drafts, WrongPlace
from bot.channels.web.pages import Pages
from bot.channels.web.tokens import Link, LinkKind, Tokens, new_mark
from bot.web_guard import TooLarge, read_body, require_same_origin
from handlers.core.events import FileKind, SentDocument
from handlers.core.internal import UPLOADED, uploaded_item
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Incoming

MOST_AT_ONCE: Final = 8 * 1024 * 1024
_BETWEEN: Final = "\x1f"
_PARTS: Final = 3
_NOTE: Final = 4096
_KINDS: Final = {"image": FileKind.PHOTO, "audio": FileKind.AUDIO, "video": FileKind.VIDEO}
Number = Annotated[int, Query(ge=0)]


class Offered(BaseModel):
    """A file as the browser names it."""

    name: str = Field(max_length=500)
    size: int = Field(gt=0)
    modified: int = Field(ge=0)
    mime: str = Field(default="", max_length=100)


def upload_link(public_url: str, tokens: Tokens, point: ContactPoint) -> str:
    """Return a link to this page; files come by it as if they were sent at `point`."""
    said = Link(_BETWEEN.join((point.channel.value, point.account, point.address)))
    return f"{public_url}/upload/{tokens.make(LinkKind.UPLOAD, said)}"


class UploadPage:
    """The routes under /upload/."""

    def __init__(self, chat: WebChat, pages: Pages, drafts: Drafts) -> None:
        """Serve the chat's patients."""
        self._chat = chat
        self._pages = pages
        self._drafts = drafts
        self._cookie = f"{'__Host-' if chat.public_url.startswith('https') else ''}yorisoi-upload"

    def routes(self) -> APIRouter:
        """Return the routes; whatever changes something must come from a page of ours."""
        router = APIRouter(
            prefix="/upload/{token}",
            dependencies=[Depends(require_same_origin)],
            default_response_class=Response,
            include_in_schema=False,
        )
        for path, endpoint, method in (
            ("", self.page, "GET"),
            ("", self.take, "POST"),
            ("/done", self.end, "POST"),
            ("/files", self.offer, "POST"),
            ("/files/{ident}", self.put, "PUT"),
            ("/files/{ident}/done", self.finish, "POST"),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        return router

    async def page(self, request: Request, token: str) -> Response:
        """Show the page, or the button that makes the link this browser's: looking at it spends nothing."""
        link, point = self._read(token)
        holder = self._drafts.holder(link)
        if point is None or holder not in {None, self._browser(request)}:
            return self._pages.page(request, "note.html", status=410, key="paper.page.spent", values={})
        action = f"/upload/{token}"
        if holder is None:
            return self._pages.page(request, "continue.html", action=action, key="paper.page.begin")
        megabytes = str(self._chat.max_file_bytes // (1024 * 1024))
        return self._pages.page(
            request, "upload.html", action=action, most=self._chat.max_file_bytes, megabytes=megabytes
        )

    async def take(self, request: Request, token: str) -> Response:
        """Give the link to this browser, if it is nobody's yet."""
        link, point = self._read(token)
        browser = self._browser(request) or new_mark()
        if point is None or not self._drafts.claim(link, browser):
            return await self.page(request, token)
        response = Response(status_code=303, headers={"Location": f"/upload/{token}"})
        https = self._cookie.startswith("__Host-")
        response.set_cookie(self._cookie, browser, path="/", secure=https, httponly=True, samesite="strict")
        return response

    async def offer(self, request: Request, token: str) -> Response:
        """Say from where on a file is wanted."""
        link, file = await self._asked(request, token)
        if file is None:
            return _refused(410 if link is None else 422)
        if file.size > self._chat.max_file_bytes:
            return _refused(413)
        ident = self._drafts.ident(link or "", file.name, file.size, file.modified)
        return JSONResponse({"id": ident, "offset": self._drafts.begin(link or "", ident, file.size)})

    async def put(self, request: Request, token: str, ident: str, size: Number, offset: Number) -> Response:
        """Take a piece; 409 says from where on the file is wanted instead."""
        link = self._own(request, token)
        if link is None or not re.fullmatch("[0-9a-f]{32}", ident):
            return _refused(410)
        content = await read_body(request, MOST_AT_ONCE)
        try:
            return JSONResponse({"offset": await self._drafts.put(link, ident, size, offset, content)})
        except WrongPlace as wrong:
            return JSONResponse({"offset": wrong.offset}, status_code=409)

    async def finish(self, request: Request, token: str, ident: str) -> Response:
        """Hand a whole file on; 202 only when that is safely stored, and the same file counts once."""
        link, file = await self._asked(request, token)
        _, point = self._read(token)
        if link is None or file is None or point is None:
            return _refused(410 if link is None else 422)
        if ident != self._drafts.ident(link, file.name, file.size, file.modified):
            return _refused(422)
        try:
            ref = await self._drafts.finish(link, ident, file.size)
        except WrongPlace as wrong:
            return JSONResponse({"offset": wrong.offset}, status_code=409)
        if ref:
            await self._hand_on(point, link, ident, _sent(file, ref, link))
        return JSONResponse({}, status_code=202)

    async def end(self, request: Request, token: str) -> Response:
        """Let the link be over."""
        link = self._own(request, token)
        if link is not None:
            self._drafts.end(link)
        return self._pages.page(request, "note.html", key="paper.page.thanks", values={})

    async def _hand_on(self, point: ContactPoint, link: str, ident: str, sent: SentDocument) -> None:
        now = self._chat.clock.now()
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
        self._drafts.finished(link, ident, sent.size or 0)

    async def _asked(self, request: Request, token: str) -> tuple[str | None, Offered | None]:
        link = self._own(request, token)
        try:
            return link, Offered.model_validate_json(await read_body(request, _NOTE)) if link else None
        except (ValidationError, TooLarge):
            return link, None

    def _own(self, request: Request, token: str) -> str | None:
        """Return the link if it holds and is this browser's."""
        link, point = self._read(token)
        browser = self._browser(request)
        return link if point is not None and browser and self._drafts.holder(link) == browser else None

    def _browser(self, request: Request) -> str:
        value = request.cookies.get(self._cookie, "")
        return value if re.fullmatch("[0-9a-f]{32}", value) else ""

    def _read(self, token: str) -> tuple[str, ContactPoint | None]:
        said = self._chat.tokens.read(LinkKind.UPLOAD, token)
        parts = said.address.split(_BETWEEN) if said else []
        point = ContactPoint(ChannelKind(parts[0]), parts[1], parts[2]) if len(parts) == _PARTS else None
        return self._drafts.link(token, point), point


def _sent(file: Offered, ref: str, link: str) -> SentDocument:
    kind = _KINDS.get(file.mime.partition("/")[0], FileKind.DOCUMENT)
    name = re.split(r"[\\/]", file.name)[-1]
    return SentDocument(
        ref=UPLOADED + ref, kind=kind, name=name, mime=file.mime, size=file.size, album=UPLOADED + link
    )


def _refused(status: int) -> Response:
    return JSONResponse({}, status_code=status)
