"""What the console needs from the outside, and who is signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.console.access import Right
from bot.console.standing import WhatsAppStanding
from bot.console.work_room import WorkRoom
from bot.oidc.provider import Provider
from bot.packs.room import PackRoom
from bot.staff_door import Door
from bot.summaries.room import SummaryRoom
from bot.try_out import TryOut
from bot.ways import Way
from handlers.core.case import Clinic
from handlers.core.changes import Audit
from handlers.core.on_call import Means
from handlers.core.protocol import Protocol as CareProtocol
from handlers.core.values import ClinicId, PatientId
from handlers.ports import Clock, Ids, UnitOfWork
from handlers.treatment import Treatment
from handlers.world import World
from locales import Catalogs
from storage.accounts import Accounts
from storage.adverse_events import AdverseEvents
from storage.alerts import AlertStore
from storage.assignments import Assignments
from storage.clocks import ClockStore
from storage.deliveries import DeliveryStore
from storage.held import HeldMessages
from storage.on_call import OnCallRoom
from storage.openings import Openings
from storage.saved_filters import SavedFilters
from storage.staff import StaffRoom
from storage.staff_notes import StaffNotes
from storage.stuck import Stuck
from storage.views.alerting import AlertViews
from storage.views.console_views import ConsoleViews


class Invite(Protocol):
    """Makes invitations."""

    async def __call__(self, kind: str, by: str, patient: PatientId | None = None) -> Sequence[Way]:
        """Return the links of a new invitation; `kind`: "patient" (once), "open", "helper", "again"."""
        ...


class Erase(Protocol):
    """Erases a patient for good, as `yorisoi erase` does."""

    async def __call__(self, patient: PatientId, *, by: str, reason: str) -> None:
        """Erase; raise NotFound, or ValueError while a legal hold stands."""
        ...


@dataclass(frozen=True, slots=True)
class Console:
    """Everything the console's routes work with; `bot.app` fills it in."""

    clinic: ClinicId
    uow: UnitOfWork
    views: ConsoleViews
    work: WorkRoom
    staff: StaffRoom
    door: Door
    clock: Clock
    now_system: Callable[[], datetime]
    ids: Ids
    catalogs: Catalogs
    protocol: Callable[[Clinic], CareProtocol]
    public_url: str
    demo: bool
    world: Callable[[Clinic], World]
    open_document: Callable[[ClinicId, str], Awaitable[AsyncIterator[bytes] | None]]
    preview_document: Callable[[ClinicId, str], Awaitable[bytes | None]]
    save_clinic: Callable[[Clinic], Awaitable[None]]
    note: Callable[[Audit], Awaitable[None]]
    treatment: Treatment
    jump: Callable[[datetime], Awaitable[None]]
    invite: Invite
    erase: Erase
    stuck: Stuck
    held: HeldMessages
    clocks: ClockStore
    accounts: Accounts
    alerts: AlertStore
    alert_views: AlertViews
    events: AdverseEvents
    assignments: Assignments
    openings: Openings
    on_call: OnCallRoom
    means: Collection[Means]
    """On which means staff can be told of alerts here."""
    team_link: Callable[[str, bool], Awaitable[str]]
    """Gives Telegram's link with a one-time code of staff, into a group or not; "" without a bot."""
    summaries: SummaryRoom
    deliveries: DeliveryStore
    packs: PackRoom
    try_out: TryOut
    delivery_hosts: Collection[str]
    """Hosts on this machine to which summaries may be posted: the operator says so."""
    notes: StaffNotes
    filters: SavedFilters
    whatsapp: Callable[[datetime], Awaitable[Sequence[WhatsAppStanding]]] | None = None
    """Tells how each number of WhatsApp stands; None where there is none."""
    oidc: Provider | None = None
    """The clinic's identity provider; None where it has none."""
    production: bool = False
    """Real patients are invited here, so nobody is while the clinic's words are incomplete."""


@dataclass(frozen=True, slots=True)
class Session:
    """A member of staff who is signed in."""

    staff_id: str
    name: str
    role: str
    rights: frozenset[Right]
    has_password: bool
    has_app: bool
    key: str
    """Names the session, and opens nothing."""
    proved_at: datetime | None
    """When this member last showed here who they are, on the system's clock."""
    came_by: str = ""
    """How they came in: "link", "password", "passkey" or "oidc"."""
