"""The ways to staff, wired: a worker that lets alerts climb, and one for each way that tells them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.alert_words import AlertWords
from bot.foundation import Foundation
from bot.mail import Mailer
from bot.settings import Settings
from bot.workers import Switchboard
from handlers.alerting import Alerting
from handlers.core.messages import Outbound
from handlers.core.on_call import Means
from handlers.core.values import ChannelKind
from handlers.ports import Channel, ClaimedNotice
from scheduler.account import Account
from scheduler.alerts import AlertWorker
from scheduler.housekeeping import Chore
from scheduler.notices import Line, NoticeWorker

PRIVATE: Final = timedelta(seconds=1.1)
GROUP: Final = timedelta(seconds=3.2)
"""Telegram takes one message a second in a private chat and 20 a minute in a group (channels.md 2.1)."""

LETTER: Final = timedelta(seconds=20)
"""A mailbox gets one letter in so long: whoever reads the first has seen the list."""


@dataclass(frozen=True, slots=True)
class OnTelegram:
    """Tells staff through the clinic's bot."""

    base: Foundation
    channel: Channel
    words: AlertWords

    async def __call__(self, heap: Sequence[ClaimedNotice]) -> None:
        """Hand over one message for the heap; raise SendError."""
        first = heap[0]
        clinic = await self.base.stores.clinics.get(first.clinic)
        body = self.words.body(clinic, heap)
        await self.channel.send(Outbound(first.id, first.attempts, first.way.address, body, window_open=True))


@dataclass(frozen=True, slots=True)
class ByEmail:
    """Tells staff by e-mail."""

    base: Foundation
    mailer: Mailer
    words: AlertWords

    async def __call__(self, heap: Sequence[ClaimedNotice]) -> None:
        """Hand over one letter for the heap; raise SendError."""
        clinic = await self.base.stores.clinics.get(heap[0].clinic)
        subject, text = self.words.mail(clinic, heap)
        await self.mailer.send(heap[0].way.address, subject, text)


def means_of(settings: Settings) -> frozenset[Means]:
    """Return the means that this installation has to tell staff."""
    has = {Means.EMAIL: settings.smtp_url is not None, Means.TELEGRAM: settings.has_telegram}
    return frozenset(means for means, is_there in has.items() if is_there)


def start_alerting(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, accounts: Sequence[Account]
) -> None:
    """Start what calls staff: the climbing of alerts, and a worker on each way."""
    stores = base.stores
    alerting = Alerting(stores.alerts, stores.on_call, means_of(base.settings), base.clock.now)
    climbing = AlertWorker(stores.alerts, alerting.climb, board.for_alerts(), base.clocks)
    tasks.create_task(climbing.run(), name="alerts")
    for line in _lines(base, accounts):
        worker = NoticeWorker(stores.notices, line, board.for_alerts(), base.clocks)
        tasks.create_task(worker.run(), name=worker.name)


def reminders(base: Foundation) -> Chore:
    """Return the chore that reminds staff of the dates of cases."""

    async def remind() -> None:
        await base.stores.events.remind(now=base.clock.now(), now_system=base.now_system())

    return Chore("adverse-events", timedelta(minutes=10), remind)


def _lines(base: Foundation, accounts: Sequence[Account]) -> Sequence[Line]:
    words = AlertWords(base.around.catalogs, base.around.public_url)
    bots = [account for account in accounts if account.kind is ChannelKind.TELEGRAM]
    lines = [
        Line(Means.TELEGRAM, OnTelegram(base, bot.channel, words), _chat_rest(base), bot.holds)
        for bot in bots
    ]
    settings = base.settings
    if settings.smtp_url is not None:
        mailer = Mailer(settings.smtp_url.get_secret_value(), settings.smtp_from)
        lines.append(Line(Means.EMAIL, ByEmail(base, mailer, words), lambda _: LETTER))
    return lines


def _chat_rest(base: Foundation) -> Callable[[str], timedelta]:
    """Return how long a chat rests; `PACE` is for tests, where the service's limits are not kept."""
    return lambda chat: (GROUP if chat.startswith("-") else PRIVATE) / base.settings.pace
