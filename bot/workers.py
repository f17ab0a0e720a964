"""The workers of a process and the bells between them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.demo import DEFAULT_CLINIC
from bot.desk_commands import trail
from bot.foundation import Foundation
from bot.keeping import let_go
from bot.packs.taking_up import once_more
from bot.staff_chats import ChatLine
from bot.standing import note_sending
from bot.summaries.delivery import make_courier
from handlers.backlog import Backlog
from handlers.core.allotment import Demand
from handlers.core.internal import UPLOADED
from handlers.core.values import ChannelKind
from handlers.due import Due
from handlers.inbound import Inbound
from handlers.ports import Channel, InboxRow, Parser, PendingFetch, Way
from handlers.rationing import Rationing
from handlers.talks import Talks
from scheduler.fetches import FetchTiming, FetchWorker
from scheduler.follow_ups import FollowUpCases, FollowUpTiming, FollowUpWorker
from scheduler.housekeeping import Chore, Housekeeping
from scheduler.inbox import InboxTiming, InboxWorker
from scheduler.outbox import Account, SendCases, Sender, SendTiming
from scheduler.summaries import Carrier, DeliveryTiming, SummaryWorker
from scheduler.ticker import Ticker
from scheduler.wake import Wake
from storage.clocks import FAR
from storage.deliveries import DeliveryStore
from storage.first_contacts import FirstContacts
from storage.restart import free_far
from storage.states import Wake as Work
from storage.strangers import Strangers
from storage.stuck import Stuck
from storage.talks import SilentTalks

log = structlog.get_logger(__name__)
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Switchboard:
    """One bell per kind of work; `ring` is what the database calls after a commit."""

    inbox: Wake = field(default_factory=Wake)
    follow_ups: Wake = field(default_factory=Wake)
    documents: Wake = field(default_factory=Wake)
    senders: list[Wake] = field(default_factory=list)
    strangers: list[Wake] = field(default_factory=list)
    alerts: list[Wake] = field(default_factory=list)
    summaries: list[Wake] = field(default_factory=list)

    def ring(self, work: Work) -> None:
        """Tell the workers of this kind that a commit brought something."""
        _ring(self._of(work))

    def _of(self, work: Work) -> Sequence[Wake]:
        match work:
            case Work.INBOX:
                return (self.inbox,)
            case Work.OUTBOX:
                return self.senders
            case Work.FOLLOW_UPS:
                return (self.follow_ups,)
            case Work.DOCUMENTS:
                return (self.documents,)
            case Work.ALERTS:
                return self.alerts
            case Work.SUMMARIES:
                return self.summaries
            case Work.STRANGERS:
                return self.strangers
            case Work.SENT | Work.DESK:
                return ()

    def all(self) -> Sequence[Wake]:
        """Return every bell, for the safety tick."""
        return (*self._busy(), *self.strangers, *self.alerts)

    def ring_often(self) -> None:
        """Let all look for work but those who call staff: of most commits elsewhere, none is for them."""
        _ring(self._busy())

    def ring_all(self) -> None:
        """Let every worker look for work."""
        _ring(self.all())

    def for_alerts(self) -> Wake:
        """Return a new bell that rings whenever staff must be told something."""
        bell = Wake()
        self.alerts.append(bell)
        return bell

    def for_strangers(self) -> Wake:
        """Return a new bell that rings whenever somebody was turned away: of most commits none is."""
        bell = Wake()
        self.strangers.append(bell)
        return bell

    def for_summaries(self) -> Wake:
        """Return a new bell that rings whenever a summary is owed."""
        bell = Wake()
        self.summaries.append(bell)
        return bell

    def _busy(self) -> Sequence[Wake]:
        return (self.inbox, self.follow_ups, self.documents, *self.summaries, *self.senders)

    def for_sender(self) -> Wake:
        """Return a new bell that rings whenever a message was queued."""
        bell = Wake()
        self.senders.append(bell)
        return bell


def _ring(bells: Sequence[Wake]) -> None:
    for bell in bells:
        bell.ring()


def start_deciding(
    tasks: asyncio.TaskGroup,
    base: Foundation,
    board: Switchboard,
    parsers: Mapping[ChannelKind, Parser],
    notice: Callable[[InboxRow], None] = lambda _: None,
) -> None:
    """Start what reads and decides: the inbox worker and the worker for due check-ins.

    `notice` hears of each item that is about to be worked on.
    """
    lease = timedelta(seconds=base.settings.lease_seconds)
    inbound = Inbound(base.stores.uow, base.world, parsers, base.ids, base.now_system)
    due = Due(base.stores.uow, base.world)

    async def take(row: InboxRow) -> None:
        notice(row)
        await once_more(base, partial(inbound.take, row))

    backlog = Backlog(base.stores.follow_ups, lambda: base.around.protocol)
    inbox = InboxWorker(
        base.stores.inbox,
        base.courtesy.with_turns(take),
        board.inbox,
        base.clocks,
        timing=InboxTiming(lease=lease),
    )
    follow_ups = FollowUpWorker(
        base.stores.follow_ups,
        FollowUpCases(due.start, due.give_up, backlog.spread, _rationing(base)),
        board.follow_ups,
        base.clocks,
        timing=FollowUpTiming(lease=lease),
    )
    tasks.create_task(inbox.run(), name="inbox")
    tasks.create_task(follow_ups.run(), name="follow-ups")


def _rationing(base: Foundation) -> Callable[[datetime, datetime], Awaitable[int]] | None:
    """Return what gives out WhatsApp's places of the day, if there is such an account."""
    if not base.settings.has_whatsapp:
        return None
    contacts = FirstContacts(base.stores.database)

    async def demand(now: datetime, now_system: datetime) -> Demand:
        place = (DEFAULT_CLINIC, ChannelKind.WHATSAPP, "main")
        return await contacts.demand(*place, now=now, now_system=now_system)

    return Rationing(base.stores.follow_ups, demand, lambda: base.around.protocol).spread


def start_fetching(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, channels: Mapping[ChannelKind, Channel]
) -> None:
    """Start the worker that brings files in from the services."""

    def channel_of(fetch: PendingFetch) -> Channel:
        return channels[ChannelKind.WEB if fetch.ref.startswith(UPLOADED) else fetch.point.channel]

    timing = FetchTiming(limit_bytes=base.settings.max_file_mb * MIB)
    fetches = FetchWorker(base.stores.fetches, channel_of, board.documents, base.clocks, timing)
    tasks.create_task(fetches.run(), name="fetches")


def start_delivering(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, chats: Sequence[ChatLine]
) -> None:
    """Start what brings summaries to the clinic: into a group only where the bot's messages leave."""
    stores, courier = base.stores, make_courier(base, chats)
    deliveries = DeliveryStore(stores.database, stores.vault, stores.clinics)
    others = Carrier("summaries", [way for way in Way if not chats or way is not Way.TELEGRAM], courier)
    own = (Carrier("summaries-telegram", (Way.TELEGRAM,), courier, one.account.holds, 1) for one in chats)
    for carrier in (others, *own):
        worker = SummaryWorker(deliveries, carrier, board.for_summaries(), base.clocks, DeliveryTiming())
        tasks.create_task(worker.run(), name=worker.name)


def start_sending(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, accounts: Sequence[Account]
) -> None:
    """Start a sender per channel account."""
    due = Due(base.stores.uow, base.world)
    timing = SendTiming(
        lease=timedelta(seconds=base.settings.lease_seconds),
        timeout=timedelta(seconds=base.settings.send_timeout_seconds),
    )
    cases = SendCases(account=partial(note_sending, base), lost=due.lost, undelivered=due.undelivered)
    for account in accounts:
        sender = Sender(account, base.stores.outbox, cases, board.for_sender(), base.clocks, timing)
        tasks.create_task(sender.run(), name=f"sender-{account.kind.value}")


def start_answering_strangers(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, accounts: Sequence[Account]
) -> None:
    """Start a second sender per account, at the same pace, for what is said to those who are not let in."""

    async def told_already(_account: Account, _code: str) -> None:
        """Tell nobody how the account is: the sender of patients' messages does."""

    cases = SendCases(account=told_already, lost=lambda _row, _case: ())
    strangers = Strangers(base.stores.database, base.stores.vault, base.stores.clinics)
    timing = SendTiming(
        lease=timedelta(seconds=base.settings.lease_seconds),
        timeout=timedelta(seconds=base.settings.send_timeout_seconds),
        in_flight=1,
        claimed=4,
    )
    for account in accounts:
        sender = Sender(account, strangers, cases, board.for_strangers(), base.clocks, timing)
        tasks.create_task(sender.run(), name=f"strangers-{account.kind.value}")


def start_housekeeping(tasks: asyncio.TaskGroup, base: Foundation, chores: Sequence[Chore] = ()) -> None:
    """Start the small periodic jobs: old day keys are destroyed, orphaned files removed."""
    own = (
        Chore("day-keys", timedelta(hours=1), partial(_destroy_day_keys, base)),
        Chore("leases", timedelta(minutes=10), partial(_free_far_leases, base)),
        Chore("audit-heads", timedelta(hours=1), partial(_tell_heads, base)),
        Chore("retention", timedelta(hours=6), partial(let_go, base)),
        Chore("files", timedelta(hours=6), partial(_sweep_files, base)),
        Chore("strangers", timedelta(hours=1), partial(_forget_strangers, base)),
        Chore("talks", timedelta(minutes=1), partial(_take_back_talks, base)),
    )
    tasks.create_task(Housekeeping((*own, *chores), base.clocks).run(), name="housekeeping")


def make_ticker(base: Foundation, board: Switchboard) -> Ticker:
    """Return the safety tick over every bell of this process."""
    return Ticker(board.all(), timedelta(seconds=base.settings.tick_seconds))


async def _destroy_day_keys(base: Foundation) -> None:
    stores, now = base.stores, base.clock.now()
    await stores.days.destroy_old(now=now)
    lost = await Stuck(stores.database, stores.vault, stores.clinics).let_go_unreadable(now=now)
    if lost:
        log.error("messages in quarantine can't be read any more: their day's key is destroyed", lost=lost)


async def _free_far_leases(base: Foundation) -> None:
    """Free what a machine whose clock was wrong leased until next year."""
    beyond = base.now_system() + FAR
    await base.stores.database.write(lambda conn: free_far(conn, beyond))


async def _tell_heads(base: Foundation) -> None:
    """Say where the record of acts stands: the log, kept elsewhere, shows if its end is cut off."""
    for head in await trail(base).heads():
        log.info("audit head", clinic=head.clinic, seq=head.seq, mac=head.mac.hex())


async def _take_back_talks(base: Foundation) -> None:
    """Let the bot speak again where staff have been silent for too long."""
    talks = Talks(base.stores.uow, base.around.world, SilentTalks(base.stores.database))
    await talks.take_back(base.clock.now())


async def _forget_strangers(base: Foundation) -> None:
    strangers = Strangers(base.stores.database, base.stores.vault, base.stores.clinics)
    await strangers.forget_old(now=base.clock.now())


async def _sweep_files(base: Foundation) -> None:
    await base.stores.fetches.sweep()
