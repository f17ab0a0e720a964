"""Our own page with everything that is kept about a patient: to read, and to take along.

A link leads here from any channel. A POST spends it; from then on a cookie of one hour says for whom the
page is, and nothing of the link stays in the address bar. Where a date of birth is known it is asked first.
"""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from bot.channels.web.deps import OwnData, WebChat
from bot.channels.web.desk import see
from bot.channels.web.forms import form_of
from bot.channels.web.pages import Pages
from bot.channels.web.tokens import LIFE, Link, LinkKind, Tokens, new_mark
from bot.disposition import disposition
from bot.web_guard import require_same_origin
from handlers.core.values import ChannelKind, ContactPoint

_BETWEEN: Final = "\x1f"
_ASKED, _KNOWN = "asked", "known"
_PARTS: Final = 3
_LONGEST: Final = 40
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_FILE_POLICY: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def data_link(public_url: str, tokens: Tokens, point: ContactPoint) -> str:
    """Return a link to this page, for whoever is at `point`."""
    return f"{public_url}/mine/i/{tokens.make(LinkKind.DATA, Link(_packed(point)))}"


@dataclass(frozen=True, slots=True)
class _Guest:
    """For whom the page is open, and whether they have shown who they are."""

    point: ContactPoint
    is_known: bool


class DataPage:
    """The routes under /mine/."""

    def __init__(self, chat: WebChat, pages: Pages, own: OwnData) -> None:
        """Show what `own` reads."""
        self._chat = chat
        self._pages = pages
        self._own = own
        self._https = chat.public_url.startswith("https")
        self._cookie = f"{'__Host-' if self._https else ''}yorisoi-mine"

    def routes(self) -> APIRouter:
        """Return the routes; whatever changes something must come from a page of ours."""
        router = APIRouter(
            prefix="/mine",
            dependencies=[Depends(require_same_origin)],
            default_response_class=Response,
            include_in_schema=False,
        )
        for path, endpoint, method in (
            ("/", self.page, "GET"),
            ("/", self.identify, "POST"),
            ("/data.json", self.bundle, "GET"),
            ("/data.pdf", self.pdf, "GET"),
            ("/files/{document}", self.file, "GET"),
            ("/done", self.leave, "POST"),
            ("/i/{token}", self.arrive, "GET"),
            ("/i/{token}", self.take, "POST"),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        return router

    async def arrive(self, request: Request, token: str) -> Response:
        """Show a button: looking at a link spends nothing."""
        if self._unspent(token) is None:
            return self._spent(request)
        return self._pages.page(request, "continue.html", action=f"/mine/i/{token}", key="mine.page.begin")

    async def take(self, request: Request, token: str) -> Response:
        """Spend the link and open the page in this browser, for an hour."""
        point = self._unspent(token)
        if point is None or not self._chat.drafts.claim(self._chat.drafts.link(token, point), new_mark()):
            return see("/mine/") if self._guest(request) else self._spent(request)
        return self._enter(_Guest(point, is_known=not await self._own.asks_birth_date(point)))

    async def page(self, request: Request) -> Response:
        """Show everything that is kept, or ask for the date of birth."""
        guest = self._guest(request)
        if guest is None:
            return self._spent(request)
        if not guest.is_known:
            return self._identity(request, wrong=False)
        sheet = await self._own.sheet(guest.point)
        if sheet is None:
            return self._pages.page(request, "note.html", key="mine.page.nothing", values={})
        return self._pages.page(request, "mine.html", language=sheet.language, sheet=sheet)

    async def identify(self, request: Request) -> Response:
        """Take the date of birth; five tries a day."""
        guest = self._guest(request)
        if guest is None:
            return self._spent(request)
        tries = self._chat.brakes.birth_dates
        if not await tries.allows(guest.point):
            return self._pages.page(request, "note.html", status=429, key="web.locked", values={})
        typed = (await form_of(request)).get("birth_date", "")[:_LONGEST]
        if not await self._own.is_birth_date(guest.point, typed):
            return self._identity(request, wrong=True)
        await tries.release(guest.point)
        return self._enter(_Guest(guest.point, is_known=True))

    async def bundle(self, request: Request) -> Response:
        """Hand out everything as a FHIR Bundle."""
        point = self._known(request)
        if point and not self._chat.brakes.copies.allows(_packed(point)):
            return self._too_fast(request)
        content = await self._own.bundle(point) if point else None
        return self._handed(request, content, "application/fhir+json", "my-data.json")

    async def pdf(self, request: Request) -> Response:
        """Hand out everything as PDF."""
        point = self._known(request)
        if point and not self._chat.brakes.copies.allows(_packed(point)):
            return self._too_fast(request)
        content = await self._own.pdf(point) if point else None
        return self._handed(request, content, "application/pdf", "my-data.pdf")

    async def file(self, request: Request, document: str) -> Response:
        """Hand out one of the patient's own files as it came."""
        point = self._known(request)
        found = await self._own.file(point, document) if point else None
        if found is None:
            return self._spent(request)
        name, content = found
        headers = _HEADERS | _FILE_POLICY | {"Content-Disposition": disposition(name)}
        return StreamingResponse(content, media_type="application/octet-stream", headers=headers)

    async def leave(self, request: Request) -> Response:
        """Close the page in this browser."""
        response = self._pages.page(request, "note.html", key="mine.page.closed", values={})
        response.delete_cookie(self._cookie, path="/", secure=self._https, httponly=True, samesite="strict")
        return response

    def _too_fast(self, request: Request) -> Response:
        return self._pages.page(request, "note.html", status=429, key="web.too_fast", values={})

    def _handed(self, request: Request, content: bytes | None, mime: str, name: str) -> Response:
        if content is None:
            return self._spent(request)
        return Response(
            content, media_type=mime, headers=_HEADERS | {"Content-Disposition": disposition(name)}
        )

    def _identity(self, request: Request, *, wrong: bool) -> Response:
        status = 422 if wrong else 200
        return self._pages.page(request, "mine_identity.html", status=status, wrong=wrong)

    def _enter(self, guest: _Guest) -> Response:
        said = _BETWEEN.join((_KNOWN if guest.is_known else _ASKED, _packed(guest.point)))
        response = see("/mine/")
        response.set_cookie(
            self._cookie,
            self._chat.tokens.make(LinkKind.DATA_OPEN, Link(said)),
            max_age=int(LIFE[LinkKind.DATA_OPEN].total_seconds()),
            path="/",
            secure=self._https,
            httponly=True,
            samesite="strict",
        )
        return response

    def _guest(self, request: Request) -> _Guest | None:
        link = self._chat.tokens.read(LinkKind.DATA_OPEN, request.cookies.get(self._cookie, ""))
        state, _, packed = link.address.partition(_BETWEEN) if link else ("", "", "")
        point = _unpacked(packed)
        return _Guest(point, state == _KNOWN) if point else None

    def _known(self, request: Request) -> ContactPoint | None:
        guest = self._guest(request)
        return guest.point if guest is not None and guest.is_known else None

    def _unspent(self, token: str) -> ContactPoint | None:
        link = self._chat.tokens.read(LinkKind.DATA, token)
        point = _unpacked(link.address) if link else None
        is_new = point is not None and self._chat.drafts.holder(self._chat.drafts.link(token, point)) is None
        return point if is_new else None

    def _spent(self, request: Request) -> Response:
        return self._pages.page(request, "note.html", status=410, key="mine.page.spent", values={})


def _packed(point: ContactPoint) -> str:
    return _BETWEEN.join((point.channel.value, point.account, point.address))


def _unpacked(said: str) -> ContactPoint | None:
    parts = said.split(_BETWEEN)
    return ContactPoint(ChannelKind(parts[0]), parts[1], parts[2]) if len(parts) == _PARTS else None
