"""The ways to staff, wired: a worker that lets alerts climb, and one for each way that tells them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from bot.alert_words import AlertWords
from bot.clinics import of_clinic
from bot.foundation import Foundation
from bot.mail import Mailer
from bot.staff_chats import ChatLine
from bot.staff_day import day_at, in_words
from bot.workers import Switchboard
from handlers.alerting import Alerting
from handlers.core.case import Clinic
from handlers.core.messages import Outbound
from handlers.core.on_call import Means
from handlers.core.values import ClinicId
from handlers.ports import ClaimedAlert, ClaimedNotice, NoticeKind
from scheduler.alerts import AlertWorker
from scheduler.housekeeping import Chore
from scheduler.notices import Line, NoticeWorker

LETTER: Final = timedelta(seconds=20)
"""A mailbox gets one letter in so long: whoever reads the first has seen the list."""


@dataclass(frozen=True, slots=True)
class OnTelegram:
    """Tells staff through the clinic's bot."""

    base: Foundation
    line: ChatLine
    words: AlertWords

    async def __call__(self, heap: Sequence[ClaimedNotice]) -> None:
        """Hand over one message for the heap, in the pace that the bot's messages share; raise SendError."""
        first = heap[0]
        clinic = await self.base.stores.clinics.get(first.clinic)
        body = self.words.body(clinic, heap, await self._day(clinic, heap))
        await self.line.tell(clinic.id, Outbound(first.id, first.attempts, first.way.address, body))

    async def _day(self, clinic: Clinic, heap: Sequence[ClaimedNotice]) -> str:
        if not any(one.kind is NoticeKind.DAY for one in heap):
            return ""
        (day, first), console = await day_at(self.base, clinic), f"{self.words.public_url}/console/"
        return in_words(day, first, clinic, self.words.catalog(clinic), self.base.clock.now(), console)


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


def start_alerting(
    tasks: asyncio.TaskGroup, base: Foundation, board: Switchboard, chats: Sequence[ChatLine]
) -> None:
    """Start what calls staff: the climbing of alerts, and a worker on each way."""
    stores = base.stores
    means = partial(_means, base)
    alerting = Alerting(stores.alerts, stores.on_call, means, base.clock.now)

    async def climb(claimed: Sequence[ClaimedAlert]) -> None:
        await of_clinic(base, claimed[0].clinic)
        await alerting.climb(claimed)

    climbing = AlertWorker(stores.alerts, climb, board.for_alerts(), base.clocks)
    tasks.create_task(climbing.run(), name="alerts")
    for line in (line for each in (base, *base.others.values()) for line in _lines(each, chats)):
        worker = NoticeWorker(stores.notices, line, board.for_alerts(), base.clocks)
        tasks.create_task(worker.run(), name=worker.name)


def reminders(base: Foundation) -> Chore:
    """Return the chore that reminds staff of the dates of cases."""

    async def remind() -> None:
        await base.stores.events.remind(now=base.clock.now(), now_system=base.now_system())

    return Chore("adverse-events", timedelta(minutes=10), remind)


def _means(base: Foundation, clinic: ClinicId) -> Collection[Means]:
    return base.of(clinic).settings.staff_means


def _lines(base: Foundation, chats: Sequence[ChatLine]) -> Sequence[Line]:
    words = AlertWords(base.around.catalogs, base.around.public_url)
    lines = [
        Line(base.clinic, Means.TELEGRAM, OnTelegram(base, one, words), one.rest, one.account.holds)
        for one in chats
        if one.account.clinic == base.clinic
    ]
    settings = base.settings
    if settings.smtp_url is not None:
        mailer = Mailer(settings.smtp_url.get_secret_value(), settings.smtp_from)
        lines.append(Line(base.clinic, Means.EMAIL, ByEmail(base, mailer, words), lambda _: LETTER))
    return lines
