"""The console, wired to the stores and the use cases."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.channels.web import Hub
from bot.console.deps import Console, Door, Way
from bot.console.standing import WhatsAppStanding
from bot.console.work_room import work_room
from bot.demo import DEFAULT_CLINIC, move_clock
from bot.foundation import Foundation
from bot.packs.room import PackRoom
from bot.packs.taking_up import take_up
from bot.settings import Env
from bot.summaries.room import summary_room
from bot.template_watch import ACCOUNT, plan_of, warnings_at
from bot.try_out import Tryable, TryOut
from bot.ways import Ways
from handlers.core.changes import Audit
from handlers.core.values import ChannelKind, PatientId
from handlers.errors import NotFound
from handlers.treatment import Treatment
from storage.accounts import Accounts
from storage.assignments import Assignments
from storage.audit.trail import Trail
from storage.clocks import ClockStore
from storage.daily_people import usage_at
from storage.deliveries import DeliveryStore
from storage.held import HeldMessages
from storage.invitations import Invitations
from storage.second_factors import SecondFactors
from storage.sign_in_tries import SignInTries
from storage.staff import Member, StaffRoom
from storage.staff_notes import StaffNotes
from storage.staff_sessions import StaffSessions
from storage.stores import Stores
from storage.stuck import Stuck
from storage.views.alerting import AlertViews
from storage.views.console_views import ConsoleViews

FIRST = "administrator@clinic.example"
LINK_LIFE = timedelta(hours=24)
INVITATION_LIFE = timedelta(days=30)
ADMINISTRATOR = "administrator"
BY = "cli"


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


def make_console(base: Foundation, ways: Ways, hub: Hub, lines: Sequence[Tryable] = ()) -> Console:
    """Return everything the console's routes work with."""
    stores = base.own
    behind = (stores.database, stores.vault, stores.clinics)
    return _with_stores(base)(
        clinic=DEFAULT_CLINIC,
        work=work_room(*behind, hub),
        clock=base.clock,
        now_system=base.now_system,
        ids=base.ids,
        catalogs=base.around.catalogs,
        protocol=lambda _clinic: base.around.protocol,
        public_url=base.settings.public_url.rstrip("/"),
        demo=base.settings.is_demo,
        world=base.world,
        note=partial(Trail(*behind).note, DEFAULT_CLINIC),
        treatment=Treatment(stores.uow, base.world),
        jump=partial(move_clock, base),
        invite=InvitationDesk(base, Invitations(*behind), ways),
        means=base.settings.staff_means,
        team_link=ways.team,
        summaries=summary_room(base),
        packs=PackRoom(stores.database, base.present, partial(take_up, base)),
        try_out=TryOut(lines, base.present, base.ids),
        delivery_hosts=base.settings.delivery_hosts,
        whatsapp=_whatsapp(base),
        production=base.settings.env is Env.PRODUCTION,
    )


def _with_stores(base: Foundation) -> "partial[Console]":
    """Return the console as far as it reads and writes by itself."""
    stores = base.own
    behind = (stores.database, stores.vault, stores.clinics)
    return partial(
        Console,
        uow=stores.uow,
        views=ConsoleViews(*behind),
        staff=StaffRoom(*behind),
        door=make_door(stores),
        open_document=stores.fetches.open,
        preview_document=stores.fetches.preview,
        save_clinic=stores.clinics.save,
        stuck=Stuck(*behind),
        held=HeldMessages(*behind),
        clocks=ClockStore(base.stores.database, stores.vault, stores.clinics),
        accounts=Accounts(*behind),
        alerts=stores.alerts,
        alert_views=AlertViews(*behind),
        events=stores.events,
        assignments=Assignments(stores.database),
        on_call=stores.on_call,
        deliveries=DeliveryStore(*behind),
        notes=StaffNotes(*behind, stores.keys),
    )


def make_door(stores: Stores) -> Door:
    """Return what the console's door works with."""
    place = (stores.database, stores.vault, stores.clinics)
    return Door(StaffSessions(*place), SecondFactors(*place), SignInTries(*place))


def _whatsapp(base: Foundation) -> Callable[[datetime], Awaitable[WhatsAppStanding]] | None:
    if not base.settings.has_whatsapp:
        return None
    content = str(base.settings.whatsapp_content or "")

    async def standing(now: datetime) -> WhatsAppStanding:
        place = (DEFAULT_CLINIC, ChannelKind.WHATSAPP, ACCOUNT)
        usage = await base.own.database.read(lambda conn: usage_at(conn, *place, now))
        warned = await warnings_at(base.own.database, DEFAULT_CLINIC, plan_of(base.around), now)
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
    return await _link_of(base, staff, member.id)


async def reset_link(base: Foundation, email: str) -> str:
    """Forget a member's authenticator app, end their sessions and return a new link; raise NotFound."""
    stores, now = base.stores, base.now_system()
    staff, door = StaffRoom(stores.database, stores.vault, stores.clinics), make_door(stores)
    member = await staff.by_email(DEFAULT_CLINIC, email)
    if member is None:
        raise NotFound("nobody on the staff has this e-mail address")
    await door.factors.forget(DEFAULT_CLINIC, member.id)
    await door.sessions.end_all(DEFAULT_CLINIC, member.id, now_system=now)
    audit = Audit(BY, "cli.staff-reset", member.id, base.clock.now())
    await Trail(stores.database, stores.vault, stores.clinics).note(DEFAULT_CLINIC, audit)
    return await _link_of(base, staff, member.id)


async def _link_of(base: Foundation, staff: StaffRoom, member: str) -> str:
    token, now = base.ids.secret(), base.now_system()
    await staff.make_link(DEFAULT_CLINIC, member, token, now_system=now, ends_at=now + LINK_LIFE)
    return f"{base.settings.public_url.rstrip('/')}/console/enter/{token}"
