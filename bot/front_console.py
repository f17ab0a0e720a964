"""The console, wired to the stores and the use cases."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from bot.channels.web import Hub
from bot.console.deps import Console
from bot.console.standing import WhatsAppStanding
from bot.console.work_room import work_room
from bot.demo import move_clock
from bot.foundation import Foundation
from bot.invitation_desk import InvitationDesk
from bot.keeping import erase
from bot.mail import Mailer
from bot.oidc.access import provider_of
from bot.packs.room import PackRoom
from bot.packs.taking_up import take_up
from bot.settings import Env, plain
from bot.staff_door import make_door
from bot.summaries.room import summary_room
from bot.template_watch import ACCOUNT, plan_of, warnings_at
from bot.try_out import Tryable, TryOut
from bot.ways import Ways
from handlers.core.values import ChannelKind
from handlers.treatment import Treatment
from storage.accounts import Accounts
from storage.assignments import Assignments
from storage.audit.trail import Trail
from storage.clocks import ClockStore
from storage.daily_people import usage_at
from storage.deliveries import DeliveryStore
from storage.held import HeldMessages
from storage.invitations import Invitations
from storage.openings import Openings
from storage.saved_filters import SavedFilters
from storage.staff import StaffRoom
from storage.staff_notes import StaffNotes
from storage.stuck import Stuck
from storage.views.alerting import AlertViews
from storage.views.console_views import ConsoleViews

Standing = Callable[[datetime], Awaitable[Sequence[WhatsAppStanding]]]
"""Tells how a clinic's numbers stand at a moment."""


def make_console(base: Foundation, ways: Ways, hub: Hub, lines: Sequence[Tryable] = ()) -> Console:
    """Return everything the console's routes work with."""
    stores = base.own
    behind = (stores.database, stores.vault, stores.clinics)
    return _with_stores(base)(
        clinic=base.clinic,
        work=work_room(*behind, hub),
        clock=base.clock,
        now_system=base.now_system,
        ids=base.ids,
        catalogs=base.around.catalogs,
        protocol=lambda _clinic: base.around.protocol,
        public_url=base.settings.public_url.rstrip("/"),
        demo=base.settings.is_demo,
        world=base.world,
        note=partial(Trail(*behind).note, base.clinic),
        treatment=Treatment(stores.uow, base.world),
        jump=partial(move_clock, base),
        invite=InvitationDesk(base, Invitations(*behind), ways),
        erase=partial(erase, base),
        means=base.settings.staff_means,
        team_link=ways.team,
        summaries=summary_room(base),
        packs=PackRoom(base.clinic, stores.database, base.present, partial(take_up, base)),
        try_out=TryOut(lines, base.present, base.ids, _mailer(base)),
        delivery_hosts=base.settings.delivery_hosts,
        whatsapp=_whatsapp(base, lines),
        oidc=provider_of(base.settings, base.now_system),
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
        openings=Openings(*behind, stores.keys),
        on_call=stores.on_call,
        deliveries=DeliveryStore(*behind),
        notes=StaffNotes(*behind, stores.keys),
        filters=SavedFilters(*behind),
    )


def _whatsapp(base: Foundation, lines: Sequence[Tryable]) -> Standing | None:
    if not base.settings.has_whatsapp:
        return None
    named = tuple(line.name for line in lines if line.kind is ChannelKind.WHATSAPP)

    async def standing(now: datetime) -> Sequence[WhatsAppStanding]:
        return [await _number(base, account, now) for account in named or (ACCOUNT,)]

    return standing


async def _number(base: Foundation, account: str, now: datetime) -> WhatsAppStanding:
    place = (base.clinic, ChannelKind.WHATSAPP, account)
    usage = await base.own.database.read(lambda conn: usage_at(conn, *place, now))
    warned = await warnings_at(base.own.database, base.clinic, plan_of(base.around), now, account)
    return WhatsAppStanding(str(base.settings.whatsapp_content or ""), usage, tuple(warned), account)


def _mailer(base: Foundation) -> Mailer | None:
    settings = base.settings
    return Mailer(plain(settings.smtp_url), settings.smtp_from) if settings.smtp_url else None
