"""What the web chat needs from the rest of the product, each as small as it can be."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels.web.brakes import Brakes
from bot.channels.web.drafts import Drafts
from bot.channels.web.hub import Hub
from bot.channels.web.tokens import Tokens
from bot.channels.web.uploads import Uploads
from bot.channels.web.visitor import Cookies
from bot.own.sheet import OwnSheet
from handlers.chat_view import ChatReader
from handlers.core.values import ChannelKind, ClinicId, ContactPoint
from handlers.ports import Catalogs, Clock, Ids, Inbox


class Emails(Protocol):
    """The e-mail address that a web contact has proven."""

    async def prove(self, clinic: ClinicId, point: ContactPoint, email: str, *, now: datetime) -> None:
        """Keep `email` as proven; it takes the place of an earlier one."""
        ...

    async def proven(self, clinic: ClinicId, point: ContactPoint) -> str | None:
        """Return the proven address, or None."""
        ...

    async def due(self, clinic: ClinicId, point: ContactPoint) -> str | None:
        """Return the proven address if no e-mail went there since the person was last here."""
        ...

    async def told(self, clinic: ClinicId, point: ContactPoint, *, now: datetime) -> None:
        """Note that an e-mail went out: the next one waits until the person has been here."""
        ...


class Mail(Protocol):
    """Sends an e-mail."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand one message over, or raise SendError."""
        ...


class Identity(Protocol):
    """Asks who is there after a long silence."""

    async def needs_identity(self, address: str) -> bool:
        """Say whether the birth date must be given before anything is shown."""
        ...

    async def check_birth_date(self, address: str, typed: str) -> bool:
        """Say whether `typed` is the patient's birth date."""
        ...


class OwnData(Protocol):
    """What is kept about whoever stands at a contact point; None where they may see nothing."""

    async def asks_birth_date(self, point: ContactPoint) -> bool:
        """Say whether a date of birth is known that must be given first."""
        ...

    async def is_birth_date(self, point: ContactPoint, typed: str) -> bool:
        """Say whether `typed` is the patient's date of birth."""
        ...

    async def sheet(self, point: ContactPoint) -> OwnSheet | None:
        """Return everything in words."""
        ...

    async def bundle(self, point: ContactPoint) -> bytes | None:
        """Return everything as FHIR JSON."""
        ...

    async def pdf(self, point: ContactPoint) -> bytes | None:
        """Return everything as PDF."""
        ...

    async def file(self, point: ContactPoint, document: str) -> tuple[str, AsyncIterator[bytes]] | None:
        """Return the name and the bytes of one of their files."""
        ...


@dataclass(frozen=True, slots=True)
class WebChat:
    """Everything the chat's pages stand on.

    `is_open` lets anybody begin without an invitation (demo, or the clinic's open link). `invited`
    says whether an invitation's token still holds, without spending it. `mail` is None without SMTP.
    `offered` gives the languages that somebody may begin in: another pack may have others.
    """

    clinic: ClinicId
    account: str
    clinic_name: str
    public_url: str
    demo: bool
    is_open: bool
    language: str
    offered: Callable[[], tuple[str, ...]]
    max_file_bytes: int
    inbox: Inbox
    reader: ChatReader
    emails: Emails
    identity: Identity
    invited: Callable[[str], Awaitable[bool]]
    mail: Mail | None
    catalogs: Catalogs
    clock: Clock
    now_system: Callable[[], datetime]
    ids: Ids
    hub: Hub
    uploads: Uploads
    drafts: Drafts
    cookies: Cookies
    tokens: Tokens
    brakes: Brakes
    shuts: Callable[[], Awaitable[bool]] | None = None
    """Says whether the clinic lets only invited people begin, although `is_open`."""
    own: OwnData | None = None
    """Without it there is no page of the patient's own data."""

    def point(self, address: str) -> ContactPoint:
        """Return the contact point of a page's address."""
        return ContactPoint(ChannelKind.WEB, self.account, address)
