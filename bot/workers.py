"""The workers of a process and the bells between them."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.clinics import of_clinic
from bot.foundation import Foundation
from bot.packs.taking_up import once_more
from bot.staff_chats import ChatLine
from bot.standing import note_fetching, note_sending
from bot.summaries.delivery import make_courier
from handlers.backlog import Backlog
from handlers.core.values import ChannelKind
from handlers.due import Due
from handlers.inbound import Inbound
from handlers.ports import Channel, ClaimedFollowUp, InboxRow, Parser, PendingFetch, Way
from scheduler.fetches import FetchTiming, FetchWorker
from scheduler.follow_ups import FollowUpCases, FollowUpTiming, FollowUpWorker, Ration
from scheduler.inbox import InboxTiming, InboxWorker
from scheduler.outbox import Account, SendCases, Sender, SendTiming
from scheduler.summaries import Carrier, DeliveryTiming, SummaryWorker
from scheduler.ticker import Ticker
from scheduler.wake import Wake
from storage.deliveries import DeliveryStore
from storage.states import Wake as Work
from storage.strangers import Strangers

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


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes along with deciding.

    `notice` hears of each item that is about to be worked on; `rationing` gives out places before a check-in
    is opened.
    """

    notice: Callable[[InboxRow], None] = lambda _: None
    rationing: Ration | None = None


def _ring(bells: Sequence[Wake]) -> None:
    for bell in bells:
        bell.ring()


def start_deciding(
    tasks: asyncio.TaskGroup,
    base: Foundation,
    board: Switchboard,
    parsers: Mapping[ChannelKind, Parser],
    beside: Beside = Beside(),
) -> None:
    """Start what reads and decides: the inbox worker and the worker for due check-ins."""
    lease = timedelta(seconds=base.settings.lease_seconds)
    inbound = Inbound(base.stores.uow, base.world, parsers, base.ids, base.now_system)
    due = Due(base.stores.uow, base.world)

    async def take(row: InboxRow) -> None:
        beside.notice(row)
        await once_more(await of_clinic(base, row.clinic), partial(inbound.take, row))

    async def start(claimed: ClaimedFollowUp) -> None:
        await of_clinic(base, claimed.clinic)
        await due.start(claimed)

    backlog = Backlog(base.stores.follow_ups, lambda clinic: base.of(clinic).around.protocol)
    inbox = InboxWorker(
        base.stores.inbox,
        base.courtesy.with_turns(take),
        board.inbox,
        base.clocks,
        timing=InboxTiming(lease=lease),
        is_told=inbound.is_of_person,
    )
    follow_ups = FollowUpWorker(
        base.stores.follow_ups,
        FollowUpCases(start, due.give_up, backlog.spread, beside.rationing),
        board.follow_ups,
        base.clocks,
        timing=FollowUpTiming(lease=lease),
    )
    tasks.create_task(inbox.run(), name="inbox")
    tasks.create_task(follow_ups.run(), name="follow-ups")


def start_fetching(
    tasks: asyncio.TaskGroup,
    base: Foundation,
    board: Switchboard,
    channel_of: Callable[[PendingFetch], Channel],
) -> None:
    """Start the worker that brings files in from the services."""
    timing = FetchTiming(limit_bytes=base.settings.max_file_mb * MIB)
    told = partial(note_fetching, base)
    fetches = FetchWorker(base.stores.fetches, channel_of, board.documents, base.clocks, timing, told)
    tasks.create_task(fetches.run(), name="fetches")


def start_delivering(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, chats: Sequence[ChatLine]
) -> None:
    """Start what brings summaries to each clinic: into a group only where its bot's messages leave."""
    stores = base.stores
    deliveries = DeliveryStore(stores.database, stores.vault, stores.clinics)
    for each in (base, *base.others.values()):
        for carrier in _carriers(each, [one for one in chats if one.account.clinic == each.clinic]):
            bell = board.for_summaries()
            worker = SummaryWorker(deliveries, carrier, bell, base.clocks, DeliveryTiming())
            tasks.create_task(worker.run(), name=worker.name)


def _carriers(base: Foundation, chats: Sequence[ChatLine]) -> Iterator[Carrier]:
    courier = make_courier(base, chats)
    ways = [way for way in Way if not chats or way is not Way.TELEGRAM]
    yield Carrier("summaries", base.clinic, ways, courier)
    for one in chats:
        name = "summaries-telegram"
        yield Carrier(name, base.clinic, (Way.TELEGRAM,), courier, one.account.holds, 1)


def start_sending(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, accounts: Sequence[Account]
) -> None:
    """Start a sender per channel account."""
    due = Due(base.stores.uow, base.world)
    timing = SendTiming(
        lease=timedelta(seconds=base.settings.lease_seconds),
        timeout=timedelta(seconds=base.settings.send_timeout_seconds),
    )
    told = partial(note_sending, base)
    cases = SendCases(told, lost=due.lost, undelivered=due.undelivered, shut=due.shut)
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


def make_ticker(base: Foundation, board: Switchboard) -> Ticker:
    """Return the safety tick over every bell of this process."""
    return Ticker(board.all(), timedelta(seconds=base.settings.tick_seconds))
