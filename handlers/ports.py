"""What the inside asks of the outside, in its own words (style.md, "A port is a small Protocol").

Two clocks: `Clock` is business time (demo's jump moves it); `now_system` is for leases, sign-ins
and rate limits, so that a jump steals and expires nothing. Every method that reads or writes takes
the moments it needs as arguments; storage never asks the database for the time.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.core.case import Case, Clinic, FollowUp
from handlers.core.changes import Change
from handlers.core.events import Event
from handlers.core.messages import Body, Lane, Outbound
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId


class Clock(Protocol):
    """Business time."""

    def now(self) -> datetime:
        """Return the present, aware and UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return at `moment` of business time (or a little later), whatever the clock does."""
        ...


class Ids(Protocol):
    """Fresh ids and secrets."""

    def new(self) -> str:
        """Return a new opaque id: 26 lower-case characters, sortable by time."""
        ...

    def short(self) -> str:
        """Return 12 random lower-case characters, fit for a button's id."""
        ...

    def secret(self) -> str:
        """Return 256 random bits, fit for a URL."""
        ...


class Catalog(Protocol):
    """The texts of one language."""

    @property
    def language(self) -> str:
        """Return the language's code."""
        ...

    def text(self, key: str, **values: str) -> str:
        """Return the text under `key` with `values` isolated and inserted; raise KeyError if missing."""
        ...

    def has(self, key: str) -> bool:
        """Say whether this language has a finished text under `key`."""
        ...


class Catalogs(Protocol):
    """All languages."""

    def get(self, language: str) -> Catalog:
        """Return the catalog of `language`; raise KeyError if it is not there."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Return the languages that are complete and switched on."""
        ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """One item of a delivery, before anybody looked into it. `raw` is the item's bytes.

    `conversation` is the address it belongs to (opaque), or the dedupe key where there is none.
    """

    clinic: ClinicId
    channel: ChannelKind
    account: str
    dedupe_key: str
    conversation: str
    raw: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A claimed inbox row, opened. `attempts` counts this one too (committed before it runs)."""

    id: str
    clinic: ClinicId
    channel: ChannelKind
    account: str
    conversation: str
    raw: bytes
    received_at: datetime
    attempts: int
    fence: int


class Inbox(Protocol):
    """Messages taken from the services and not yet worked off."""

    async def add(self, items: Sequence[Incoming], *, now: datetime) -> int:
        """Store all new items of a delivery in one transaction; return how many were new."""
        ...

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[InboxRow]:
        """Take the oldest free row of up to `limit` different conversations."""
        ...

    async def give_back(self, row: InboxRow, *, now_system: datetime, code: str, last: bool) -> None:
        """Free a row that failed, from `now_system` on, which may lie ahead (its back-off).

        `last` puts it into quarantine with a task for staff.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A claimed message, opened."""

    id: str
    clinic: ClinicId
    patient: PatientId
    contact: str
    point: ContactPoint
    body: Body
    attempts: int
    uncertain: int
    fence: int
    expires_at: datetime | None
    resend_if_uncertain: bool
    window_open: bool
    follow_up: str | None = None
    opening: bool = False
    lane: Lane = Lane.TURN


class Outbox(Protocol):
    """Messages still to send."""

    async def claim(  # noqa: PLR0913  an account is named by three words
        self,
        clinic: ClinicId,
        channel: ChannelKind,
        account: str,
        *,
        now: datetime,
        now_system: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[OutboxRow]:
        """Take the oldest due rows of different conversations at this account, cards and staff first.

        Rows past `expires_at` are given out too: the sender ends them. A row whose lease ran out
        while it was being sent may have arrived: it comes back with `uncertain` one higher.
        """
        ...

    async def settle_sent(self, row: OutboxRow, provider_id: str, *, now: datetime) -> bool:
        """Mark as sent; False if the lease was lost (nothing changed then)."""
        ...

    async def postpone(
        self, row: OutboxRow, *, until: datetime, code: str, free: bool, uncertain: bool, now: datetime
    ) -> bool:
        """Give back for later; `free` burns no attempt, `uncertain` records an ambiguous send."""
        ...

    async def settle_failed(
        self, row: OutboxRow, *, code: str, state: str, now: datetime, changes: Sequence[Change] = ()
    ) -> bool:
        """End as failed, unknown, expired or held, with what follows from it, in one transaction."""
        ...

    async def next_due(self, *, now: datetime) -> datetime | None:
        """Return when the next queued message becomes due, or None."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimedFollowUp:
    """A follow-up whose `next_at` has come, leased."""

    clinic: ClinicId
    follow_up: FollowUp
    fence: int


class FollowUps(Protocol):
    """Planned check-ins."""

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedFollowUp]:
        """Take follow-ups whose `next_at` has come, oldest first."""
        ...

    async def next_due(self) -> datetime | None:
        """Return the earliest `next_at` of all that are not finished, or None."""
        ...


@dataclass(frozen=True, slots=True)
class PendingFetch:
    """A document waiting at the service, leased."""

    id: str
    clinic: ClinicId
    patient: PatientId
    contact: str
    point: ContactPoint
    ref: str
    name: str
    mime: str
    size: int | None
    attempts: int
    fence: int


class Fetches(Protocol):
    """Documents still at the services."""

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[PendingFetch]:
        """Take documents that wait."""
        ...

    async def store(
        self, fetch: PendingFetch, content: AsyncIterator[bytes], *, limit_bytes: int, now: datetime
    ) -> bool:
        """Seal and keep the bytes with their size, SHA-256 and detected type.

        Brings a Fetched event into the inbox in the same transaction; False if the lease was lost.
        Raises FetchRefused when the limit is passed.
        """
        ...

    async def give_back(
        self, fetch: PendingFetch, *, until_system: datetime, code: str, last: bool, now: datetime
    ) -> bool:
        """Free for a later try; `last` ends it as refused and brings a Fetched event."""
        ...


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that holds: for a patient who is known, or for somebody new."""

    patient: PatientId | None = None


class UnitOfWork(Protocol):
    """One read, one decision, one write."""

    async def case_at(
        self,
        clinic: ClinicId,
        point: ContactPoint,
        *,
        aliases: Sequence[str] = (),
        response: str = "",
    ) -> Case | None:
        """Return the case at a contact point, or None if nobody is known there.

        `response` names a response that must be loaded too, if it is this patient's.
        """
        ...

    async def case_of(self, clinic: ClinicId, patient: PatientId, *, full: bool = False) -> Case:
        """Return a patient's case at their preferred contact; `full` loads all responses. Raise NotFound."""
        ...

    async def invited(self, clinic: ClinicId, payload: str, *, now_system: datetime) -> Invited | None:
        """Return what an invitation that still holds is for; None for an unknown or spent one."""
        ...

    async def clinic(self, clinic: ClinicId) -> Clinic:
        """Return a clinic's own data. Raise NotFound."""
        ...

    async def save(self, case: Case, changes: Sequence[Change]) -> None:
        """Write all changes in one transaction.

        Raise ConcurrentUpdate if the case has moved on or a fence no longer holds; nothing is
        written then.
        """
        ...


class Channel(Protocol):
    """A way to reach patients."""

    async def send(self, message: Outbound) -> str:
        """Hand over `message`; return the service's id for it, or raise SendError."""
        ...

    def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us, or raise FetchError."""
        ...


class Parser(Protocol):
    """A channel's pure understanding of its raw items."""

    def __call__(self, raw: bytes) -> Event:
        """Return the event in one raw item; never raises for content (Other, Unusable)."""
        ...
