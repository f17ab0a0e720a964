"""Coming in: the start page, an invitation, the birth date after a long silence, and leaving."""

from hashlib import sha256

from fastapi import Request, Response

from bot.channels.web.desk import Desk, see
from bot.channels.web.forms import form_of
from bot.channels.web.raw import Item
from bot.channels.web.tokens import Link, LinkKind
from bot.channels.web.visitor import Visitor
from handlers.core.events import Other, Started

_AROUND = "\u2066\u2067\u2068\u2069"
"""Marks that our texts set around inserted values; a messenger may take them for a part of the link."""


class Entry:
    """The routes by which somebody comes to their conversation."""

    def __init__(self, desk: Desk) -> None:
        """Serve at `desk`."""
        self._desk = desk
        self._chat = desk.chat

    async def entrance(self, request: Request) -> Response:
        """Show who this is and a button to begin, or ask for the clinic's link."""
        pages = self._desk.pages
        return pages.page(
            request,
            "start.html",
            is_open=await self._is_open(),
            languages=pages.language_names(),
            begin=self._new_address(),
        )

    async def start(self, request: Request) -> Response:
        """Begin a new conversation without an invitation."""
        if not await self._is_open():
            return self._desk.refuse(request, 403, "web.needs_link")
        if not self._chat.brakes.newcomers.allows("all"):
            return self._desk.refuse(request, 429, "web.too_fast")
        return await self._begin(request, "", await self._address(request))

    async def _is_open(self) -> bool:
        """Say whether somebody may begin here without an invitation."""
        return self._chat.is_open and not (self._chat.shuts and await self._chat.shuts())

    async def invitation(self, request: Request, token: str) -> Response:
        """Show a button: looking at a link (as previews of messengers do) spends nothing."""
        token = token.strip(_AROUND)
        if await self._chat.invited(token):
            return self._desk.pages.page(
                request,
                "continue.html",
                action=f"/chat/i/{token}",
                key="web.invited",
                begin=self._new_address(),
            )
        return self._spent(request)

    async def accept(self, request: Request, token: str) -> Response:
        """Begin the conversation that an invitation is for; a second tap leads into the same one."""
        token = token.strip(_AROUND)
        address = await self._address(request)
        if await self._chat.invited(token):
            return await self._begin(request, token, address)
        return self._desk.enter(Visitor(address)) if await self._has_begun(address) else self._spent(request)

    async def return_page(self, request: Request, token: str) -> Response:
        """Show a button that leads from an e-mail back into the chat."""
        if self._chat.tokens.read(LinkKind.RETURN, token) is None:
            return self._spent(request)
        return self._desk.pages.page(
            request,
            "continue.html",
            action=f"/chat/r/{token}",
            key="web.come_back",
            begin=self._new_address(),
        )

    async def come_back(self, request: Request, token: str) -> Response:
        """Open the chat that an e-mail told of, on whatever device: once."""
        link = self._chat.tokens.read(LinkKind.RETURN, token)
        known = self._desk.known(request)
        if link is not None and known is not None and known.address == link.address:
            return see("/chat/")
        if link is None:
            return self._spent(request)
        # A second tap on the same page is no second use: the answer to the first may have been lost.
        tap = f"{_mark(token)}-{_mark((await form_of(request)).get('begin', '') or self._chat.ids.secret())}"
        if not await self._desk.has_come(link.address, tap):
            if not await self.spend(link.address, token):
                return self._spent(request)
            await self._desk.receive(link.address, Item(tap, self._chat.clock.now(), Other("link")))
        return self._desk.enter(Visitor(link.address))

    async def identify(self, request: Request) -> Response:
        """Take the birth date that is asked for after 30 silent days; five tries a day."""
        visitor = self._desk.known(request)
        if visitor is None:
            return see("/chat/")
        tries, point = self._chat.brakes.birth_dates, self._chat.point(visitor.address)
        if not await tries.allows(point):
            return self._desk.refuse(request, 429, "web.locked")
        typed = (await form_of(request)).get("birth_date", "")[:40]
        if not await self._chat.identity.check_birth_date(visitor.address, typed):
            return self.identity_page(request, wrong=True)
        await tries.release(point)
        return self._desk.enter(self._desk.checked(visitor))

    def identity_page(self, request: Request, *, wrong: bool = False) -> Response:
        """Ask for the birth date before anything is shown."""
        return self._desk.pages.page(
            request, "identity.html", status=422 if wrong else 200, wrong=wrong, action="/chat/identity"
        )

    def over(self, request: Request, language: str) -> Response:
        """Say that a helper's access has ended, and take the cookie: it leads nowhere from now on."""
        response = self._desk.pages.page(request, "over.html", language=language, status=410)
        self._chat.cookies.take(response)
        return response

    def leave(self, request: Request) -> Response:
        """Forget the conversation on this device: in demo, to begin again as somebody else."""
        response = see("/chat/")
        if self._chat.demo:
            self._chat.cookies.take(response)
        return response

    def emergency(self, request: Request) -> Response:
        """Show what to do in an emergency, to anybody, without a script and without a conversation."""
        return self._desk.pages.page(request, "note.html", key="web.emergency_now", values={})

    async def spend(self, address: str, token: str) -> bool:
        """Use a link up; False if it was used before. The inbox remembers: it takes nothing twice."""
        used = Item(_used(token), self._chat.clock.now(), Other("link"))
        return await self._desk.receive(address, used) == 1

    async def is_spent(self, address: str, token: str) -> bool:
        """Say whether a link was used up before."""
        return await self._desk.has_come(address, _used(token))

    def _new_address(self) -> str:
        """Return a new conversation's address, sealed: a page's button begins one, however often tapped."""
        return self._chat.tokens.make(LinkKind.BEGIN, Link(self._chat.ids.secret()))

    async def _address(self, request: Request) -> str:
        begin = (await form_of(request)).get("begin", "")
        link = self._chat.tokens.read(LinkKind.BEGIN, begin)
        return link.address if link is not None else self._chat.ids.secret()

    async def _begin(self, request: Request, payload: str, address: str) -> Response:
        started = Started(payload, self._desk.pages.language(request))
        await self._desk.receive(address, Item("begin", self._chat.clock.now(), started))
        return self._desk.enter(Visitor(address))

    async def _has_begun(self, address: str) -> bool:
        conversation = await self._chat.reader.read(self._chat.clinic, self._chat.point(address), limit=1)
        return bool(conversation.lines)

    def _spent(self, request: Request) -> Response:
        has_chat = self._desk.known(request) is not None
        return self._desk.pages.page(request, "spent.html", status=410, has_chat=has_chat)


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def _used(token: str) -> str:
    return f"link-{sha256(token.encode()).hexdigest()[:48]}"
