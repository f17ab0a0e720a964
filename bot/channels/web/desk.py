"""What every route does alike: who is there, may they see this, and how to say no."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from bot.channels.web.deps import WebChat
from bot.channels.web.pages import Pages
from bot.channels.web.raw import Item, dedupe_key, pack
from bot.channels.web.visitor import Visitor
from handlers.core.values import ChannelKind
from handlers.ports import Incoming

CHECK_HOLDS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Desk:
    """The chat with its pages."""

    chat: WebChat
    pages: Pages

    def known(self, request: Request) -> Visitor | None:
        """Return the visitor of a valid cookie."""
        return self.chat.cookies.visitor(request)

    async def admitted(self, request: Request) -> Visitor | None:
        """Return the visitor if they may see their conversation now, else None."""
        visitor = self.known(request)
        if visitor is None or await self.must_identify(visitor):
            return None
        is_over = await self.chat.reader.is_over(self.chat.clinic, self.chat.point(visitor.address))
        return None if is_over else visitor

    async def must_identify(self, visitor: Visitor) -> bool:
        """Say whether the birth date must be given first: silent for 30 days, and not given since."""
        checked = visitor.checked_at
        if checked is not None and self.chat.now_system() - checked < CHECK_HOLDS:
            return False
        return await self.chat.identity.needs_identity(visitor.address)

    async def receive(self, address: str, *items: Item) -> int:
        """Store items in one transaction; return how many of them were new."""
        incoming = [self._incoming(address, item) for item in items]
        return await self.chat.inbox.add(incoming, now=self.chat.clock.now())

    async def has_come(self, address: str, item_id: str) -> bool:
        """Say whether an item of this conversation is stored already."""
        point, key = self.chat.point(address), dedupe_key(address, item_id)
        return await self.chat.reader.has_come(self.chat.clinic, point, key)

    def refuse(self, request: Request, status: int, key: str, **values: str) -> Response:
        """Say no in words: JSON for the page's script, a page for a plain form."""
        if wants_json(request):
            text = self.chat.catalogs.get(self.pages.language(request)).text(key, **values)
            return JSONResponse({"message": text}, status_code=status)
        return self.pages.page(request, "note.html", status=status, key=key, values=values)

    def away(self, request: Request) -> Response:
        """Send somebody without a conversation (or not admitted to it) to the entrance."""
        if wants_json(request):
            return JSONResponse({"message": ""}, status_code=401)
        return see("/chat/")

    def enter(self, visitor: Visitor) -> Response:
        """Lead a visitor into their chat, with the cookie; nothing of the link stays in the address bar."""
        response = see("/chat/")
        self.chat.cookies.give(response, visitor)
        return response

    def checked(self, visitor: Visitor) -> Visitor:
        """Return the visitor as one who has just given the right birth date."""
        return replace(visitor, checked_at=self.chat.now_system())

    def _incoming(self, address: str, item: Item) -> Incoming:
        return Incoming(
            clinic=self.chat.clinic,
            channel=ChannelKind.WEB,
            account=self.chat.account,
            dedupe_key=dedupe_key(address, item.id),
            conversation=address,
            raw=pack(item),
            at=item.at,
        )


def wants_json(request: Request) -> bool:
    """Say whether the page's script asks, and not a plain form."""
    return "application/json" in request.headers.get("accept", "")


def see(path: str) -> RedirectResponse:
    """Redirect after a POST."""
    return RedirectResponse(path, status_code=303)
