"""What the console needs from the outside, and who is signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.console.access import Right
from handlers.core.case import Clinic, FollowUp
from handlers.core.changes import Audit
from handlers.core.protocol import Protocol as CareProtocol
from handlers.core.values import ClinicId, DocumentId, PatientId
from handlers.ports import Clock, Ids, UnitOfWork
from locales import Catalogs
from storage.views.models import DocumentView, LogRow, MergeView, Pair, PatientsPage, Record, Worklist


class PreviewDate(Protocol):
    """Plans what would follow from a treatment date."""

    async def __call__(self, patient: PatientId, kind: str, local: str, zone: str) -> Sequence[FollowUp]:
        """Return the check-ins that would be planned; raise ValueError for a time that can't be."""
        ...


class EnterDate(Protocol):
    """Stores a treatment date and plans what follows from it."""

    async def __call__(
        self, patient: PatientId, kind: str, local: str, zone: str, by: str
    ) -> Sequence[FollowUp]:
        """Return the check-ins planned; `local` is "YYYY-MM-DDTHH:MM" on the wall in `zone`."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """One way to follow an invitation: the channel's name and the link."""

    channel: str
    url: str


class Invite(Protocol):
    """Makes invitations."""

    async def __call__(self, kind: str, by: str) -> Sequence[Way]:
        """Return the links of a new invitation; `kind` is "patient" (once) or "open"."""
        ...


class Views(Protocol):
    """What the console reads, always of one clinic. Raise NotFound for what is not this clinic's."""

    async def worklist(self, clinic: ClinicId) -> Worklist:
        """Return open tasks and loud flags."""
        ...

    async def patients(self, clinic: ClinicId, *, code: str, offset: int, limit: int) -> PatientsPage:
        """Return a page of the patients whose case number holds `code`, the last heard of first."""
        ...

    async def record(self, clinic: ClinicId, patient: PatientId) -> Record:
        """Return everything about a patient."""
        ...

    async def document(self, clinic: ClinicId, patient: PatientId, document: DocumentId) -> DocumentView:
        """Return one file's row."""
        ...

    async def next_due(self, clinic: ClinicId, *, after: datetime) -> datetime | None:
        """Return when the next planned check-in of anybody is due."""
        ...

    async def duplicates(self, clinic: ClinicId) -> Sequence[Pair]:
        """Return the pairs of records that may be one person."""
        ...

    async def merges(self, clinic: ClinicId) -> Sequence[MergeView]:
        """Return the merges that stand, newest first."""
        ...

    async def log(self, clinic: ClinicId, *, limit: int) -> Sequence[LogRow]:
        """Return the newest lines of the record of acts."""
        ...


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff, as the sign-in needs them."""

    id: str
    name: str
    email: str
    role: str
    password_hash: str | None = None

    @property
    def has_password(self) -> bool:
        """Say whether they can sign in without a link."""
        return self.password_hash is not None


class StaffStore(Protocol):
    """Staff, their sessions and one-time links. All moments are the system clock's."""

    async def members(self, clinic: ClinicId) -> Sequence[Member]:
        """Return everybody who may sign in."""
        ...

    async def by_email(self, clinic: ClinicId, email: str) -> Member | None:
        """Return who has this address, lower-case."""
        ...

    async def add(self, clinic: ClinicId, member: Member, *, now_system: datetime) -> bool:
        """Add a member; False if the address is taken."""
        ...

    async def set_password(self, clinic: ClinicId, staff_id: str, password_hash: str) -> None:
        """Replace a member's password."""
        ...

    async def signed_in(
        self, clinic: ClinicId, token: str, *, now_system: datetime, idle: timedelta
    ) -> Member | None:
        """Return whose session this is and note that it was used; None when it has ended."""
        ...

    async def open_session(
        self, clinic: ClinicId, staff_id: str, token: str, *, now_system: datetime, ends_at: datetime
    ) -> None:
        """Begin a session."""
        ...

    async def end_session(self, clinic: ClinicId, token: str, *, now_system: datetime) -> None:
        """End a session."""
        ...

    async def make_link(
        self, clinic: ClinicId, staff_id: str, token: str, *, now_system: datetime, ends_at: datetime
    ) -> None:
        """Keep a one-time link by its hash."""
        ...

    async def spend_link(self, clinic: ClinicId, token: str, *, now_system: datetime) -> str | None:
        """Spend a one-time link; return whose it was, None if it was used, expired or never made."""
        ...


@dataclass(frozen=True, slots=True)
class Console:
    """Everything the console's routes work with; `bot.app` fills it in."""

    clinic: ClinicId
    uow: UnitOfWork
    views: Views
    staff: StaffStore
    clock: Clock
    now_system: Callable[[], datetime]
    ids: Ids
    catalogs: Catalogs
    protocol: Callable[[Clinic], CareProtocol]
    public_url: str
    demo: bool
    open_document: Callable[[PatientId, DocumentId], AsyncIterator[bytes]]
    save_clinic: Callable[[Clinic], Awaitable[None]]
    note: Callable[[Audit], Awaitable[None]]
    preview_date: PreviewDate
    enter_date: EnterDate
    jump: Callable[[datetime], Awaitable[None]]
    invite: Invite


@dataclass(frozen=True, slots=True)
class Session:
    """A member of staff who is signed in."""

    staff_id: str
    name: str
    role: str
    rights: frozenset[Right]
    has_password: bool
