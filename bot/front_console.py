"""The console, wired to the stores and the use cases."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.console.deps import Console, Way
from bot.console.standing import WhatsAppStanding
from bot.demo import DEFAULT_CLINIC, move_clock
from bot.foundation import Foundation
from bot.settings import Env
from bot.summaries.room import summary_room
from bot.template_watch import ACCOUNT, plan_of, warnings_at
from bot.ways import Ways
from handlers.core.values import ChannelKind, PatientId
from handlers.treatment import Treatment
from storage.accounts import Accounts
from storage.assignments import Assignments
from storage.audit.trail import Trail
from storage.clocks import ClockStore
from storage.daily_people import usage_at
from storage.deliveries import DeliveryStore
from storage.held import HeldMessages
from storage.invitations import Invitations
from storage.staff import Member, StaffRoom
from storage.stuck import Stuck
from storage.views.alerting import AlertViews
from storage.views.console_views import ConsoleViews

FIRST = "administrator@clinic.example"
LINK_LIFE = timedelta(hours=24)
INVITATION_LIFE = timedelta(days=30)
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class InvitationDesk:
    """Makes invitations and the links that carry them."""

    base: Foundation
    invitations: Invitations
    ways: Ways

    async def __call__(self, kind: str, by: str, patient: PatientId | None = None) -> Sequence[Way]:
        """Return the links of a new invitation: for one new patient, a helper, or anybody."""
        code = self.base.ids.secret()
        now = self.base.now_system()
        await self.invitations.add(
            DEFAULT_CLINIC,
            code,
            created_by=by,
            now=now,
            patient=patient,
            helper=kind == "helper",
            is_open=kind == "open",
            expires_at=None if kind == "open" else now + INVITATION_LIFE,
        )
        return await self.ways.of(code)


def make_console(base: Foundation, ways: Ways) -> Console:
    """Return everything the console's routes work with."""
    stores = base.own
    trail = Trail(stores.database, stores.vault, stores.clinics)
    return Console(
        clinic=DEFAULT_CLINIC,
        uow=stores.uow,
        views=ConsoleViews(stores.database, stores.vault, stores.clinics),
        staff=StaffRoom(stores.database, stores.vault, stores.clinics),
        clock=base.clock,
        now_system=base.now_system,
        ids=base.ids,
        catalogs=base.around.catalogs,
        protocol=lambda _clinic: base.around.protocol,
        public_url=base.settings.public_url.rstrip("/"),
        demo=base.settings.is_demo,
        world=base.around.world,
        open_document=stores.fetches.open,
        preview_document=stores.fetches.preview,
        save_clinic=stores.clinics.save,
        note=partial(trail.note, DEFAULT_CLINIC),
        treatment=Treatment(stores.uow, base.around.world),
        jump=partial(move_clock, base),
        invite=InvitationDesk(base, Invitations(stores.database, stores.vault, stores.clinics), ways),
        stuck=Stuck(stores.database, stores.vault, stores.clinics),
        held=HeldMessages(stores.database, stores.vault, stores.clinics),
        clocks=ClockStore(base.stores.database, stores.vault, stores.clinics),
        accounts=Accounts(stores.database, stores.vault, stores.clinics),
        alerts=stores.alerts,
        alert_views=AlertViews(stores.database, stores.vault, stores.clinics),
        events=stores.events,
        assignments=Assignments(stores.database),
        on_call=stores.on_call,
        means=base.settings.staff_means,
        team_link=ways.team,
        summaries=summary_room(base),
        deliveries=DeliveryStore(stores.database, stores.vault, stores.clinics),
        whatsapp=_whatsapp(base),
        production=base.settings.env is Env.PRODUCTION,
    )


def _whatsapp(base: Foundation) -> Callable[[datetime], Awaitable[WhatsAppStanding]] | None:
    if not base.settings.has_whatsapp:
        return None
    content = str(base.settings.whatsapp_content or "")
    plan = plan_of(base.around)

    async def standing(now: datetime) -> WhatsAppStanding:
        place = (DEFAULT_CLINIC, ChannelKind.WHATSAPP, ACCOUNT)
        usage = await base.own.database.read(lambda conn: usage_at(conn, *place, now))
        warned = await warnings_at(base.own.database, DEFAULT_CLINIC, plan, now)
        return WhatsAppStanding(content, usage, tuple(warned))

    return standing


async def first_link(base: Foundation, *, email: str = FIRST, name: str = "Administrator") -> str:
    """Return a one-time sign-in link for the administrator, who is made if there is none yet."""
    staff = StaffRoom(base.stores.database, base.stores.vault, base.stores.clinics)
    now = base.now_system()
    await staff.add(DEFAULT_CLINIC, Member(base.ids.new(), name, email, ADMINISTRATOR), now_system=now)
    member = await staff.by_email(DEFAULT_CLINIC, email)
    if member is None:
        raise LookupError("the member was just added")
    token = base.ids.secret()
    await staff.make_link(DEFAULT_CLINIC, member.id, token, now_system=now, ends_at=now + LINK_LIFE)
    return f"{base.settings.public_url.rstrip('/')}/console/enter/{token}"
