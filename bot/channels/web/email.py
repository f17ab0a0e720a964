"""An e-mail address for the time when no page is open: given on the page, proven by a link."""

import re
from typing import Final

from fastapi import Request, Response

from bot.channels.web.desk import Desk, see
from bot.channels.web.entry import Entry
from bot.channels.web.forms import form_of
from bot.channels.web.tokens import Link, LinkKind
from handlers.errors import ContactGone, SendError, SendRejected

_LONGEST: Final = 254
_FORM: Final = re.compile(r"[^\s@<>\",;:\\()\[\]]+@[^\s@<>\",;:\\()\[\]]+\.[^\s@<>\",;:\\()\[\]]{2,}")


class Email:
    """The routes around the e-mail address."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        """Serve at `desk`; links are used up at `entry`."""
        self._desk = desk
        self._chat = desk.chat
        self._entry = entry

    async def page(self, request: Request) -> Response:
        """Ask for an e-mail address."""
        visitor = await self._desk.admitted(request)
        if visitor is None or self._chat.mail is None:
            return see("/chat/")
        proven = await self._chat.emails.proven(self._chat.clinic, self._chat.point(visitor.address))
        return self._form(request, proven=proven or "")

    async def ask(self, request: Request) -> Response:
        """Send a link to the address that was typed."""
        visitor = await self._desk.admitted(request)
        if visitor is None or self._chat.mail is None:
            return self._desk.away(request)
        typed = (await form_of(request)).get("email", "").strip()
        if len(typed) > _LONGEST or not _FORM.fullmatch(typed):
            return self._form(request, problem="web.email_wrong", typed=typed, status=422)
        if not self._chat.brakes.emails.allows(visitor.address):
            return self._form(request, problem="web.too_fast", typed=typed, status=429)
        problem = await self._send_link(request, Link(visitor.address, typed))
        if problem:
            return self._form(request, problem=problem, typed=typed, status=503)
        return self._desk.pages.page(request, "note.html", key="web.email_sent", values={"email": typed})

    async def proof(self, request: Request, token: str) -> Response:
        """Show a button: looking at the link proves nothing, mail scanners do that too."""
        if self._chat.tokens.read(LinkKind.PROVE, token) is None:
            return self._desk.refuse(request, 410, "web.link_spent")
        return self._desk.pages.page(
            request, "continue.html", action=f"/chat/e/{token}", key="web.email_prove"
        )

    async def prove(self, request: Request, token: str) -> Response:
        """Keep the address that the link went to: once."""
        link = self._chat.tokens.read(LinkKind.PROVE, token)
        if link is None or await self._entry.is_spent(link.address, token):
            return self._desk.refuse(request, 410, "web.link_spent")
        point = self._chat.point(link.address)
        await self._chat.emails.prove(self._chat.clinic, point, link.email, now=self._chat.clock.now())
        # Last: if the address could not be kept, the link can be tried again.
        await self._entry.spend(link.address, token)
        return self._desk.pages.page(request, "note.html", key="web.email_proven", values={})

    async def _send_link(self, request: Request, link: Link) -> str:
        assert self._chat.mail is not None  # noqa: S101 - the routes are only reached with a mailer
        text = self._chat.catalogs.get(self._desk.pages.language(request)).text
        address = f"{self._chat.public_url}/chat/e/{self._chat.tokens.make(LinkKind.PROVE, link)}"
        try:
            await self._chat.mail.send(
                link.email,
                text("web.mail.prove_subject", clinic=self._chat.clinic_name),
                text("web.mail.prove", clinic=self._chat.clinic_name) + f"\n\n{address}\n",
            )
        except (ContactGone, SendRejected):
            return "web.email_wrong"
        except SendError:
            return "web.email_later"
        return ""

    def _form(
        self, request: Request, *, proven: str = "", problem: str = "", typed: str = "", status: int = 200
    ) -> Response:
        return self._desk.pages.page(
            request, "email.html", status=status, proven=proven, problem=problem, typed=typed
        )
