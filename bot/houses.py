"""The clinics as a process serves them: each with its pages, its chat and its accounts at the services."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.channels.web import WebChat
from bot.clinics import every_clinic
from bot.counting import counted_channel
from bot.editions import with_editions
from bot.foundation import Foundation
from bot.front_chat import ACCOUNT, make_web_channel, make_web_chat, sweep, with_files_page
from bot.line import Line, Lines
from bot.lines import connect
from bot.ways import Ways
from handlers.core.internal import UPLOADED
from handlers.core.values import ChannelKind
from handlers.ports import Channel, InboxRow, Parser, PendingFetch
from scheduler.housekeeping import Chore
from scheduler.outbox import Account
from scheduler.pacing import RATES, Pacer, Rates, faster


@dataclass(frozen=True, slots=True)
class House:
    """One clinic: what it stands on, its web chat, its connected accounts as senders know them."""

    base: Foundation
    chat: WebChat
    lines: Lines
    web: Account
    others: tuple[Account, ...]

    @property
    def ways(self) -> Ways:
        """Return how invitations can be carried."""
        return ways_of(self.base, self.lines)

    def chores(self) -> Iterator[Chore]:
        """Yield what a worker does for this clinic now and then."""
        doors = partial(self.ways.find_doors, self.base.around.doors)
        yield self._named("uploads", Chore("", timedelta(hours=6), partial(sweep, self.base, self.chat)))
        yield self._named("doors", Chore("", timedelta(minutes=10), doors))
        for line in self.lines.lines:
            yield from (self._named(f"{line.name}:{chore.name}", chore) for chore in line.chores)

    def _named(self, name: str, chore: Chore) -> Chore:
        """Return a chore under a name that it shares with none of another clinic."""
        return replace(chore, name=f"{self.base.clinic}:{name}")


@dataclass(frozen=True, slots=True)
class Houses:
    """All clinics of a process, the one that the settings make first."""

    all: Sequence[House]

    def parsers(self) -> dict[ChannelKind, Parser]:
        """Return how each channel's raw items are understood."""
        return {kind: parse for house in self.all for kind, parse in house.lines.parsers().items()}

    def notice(self) -> Callable[[InboxRow], None]:
        """Return what tells an account of an item that is about to be worked on."""
        by_clinic = {house.base.clinic: house.lines for house in self.all}

        def notice(row: InboxRow) -> None:
            if (lines := by_clinic.get(row.clinic)) is not None:
                lines.notice(row)

        return notice

    def channel_of(self) -> Callable[[PendingFetch], Channel]:
        """Return what finds the account at which a file waits."""
        accounts = [account for house in self.all for account in (house.web, *house.others)]
        channels = {(one.clinic, one.kind, one.name): one.channel for one in accounts}

        def channel_of(fetch: PendingFetch) -> Channel:
            ours = (ChannelKind.WEB, ACCOUNT)
            kind, name = (
                ours if fetch.ref.startswith(UPLOADED) else (fetch.point.channel, fetch.point.account)
            )
            return channels[fetch.clinic, kind, name]

        return channel_of

    def wake_pages(self) -> None:
        """Let every open chat page look for news."""
        for house in self.all:
            house.chat.hub.wake_all()

    def close_pages(self) -> None:
        """End the streams of all open chat pages."""
        for house in self.all:
            house.chat.hub.close()


async def open_houses(base: Foundation, closing: AsyncExitStack) -> Houses:
    """Return every clinic of the database, ready to be served; `closing` ends their connections."""
    return Houses([await _house(each, closing) for each in await every_clinic(base)])


async def _house(base: Foundation, closing: AsyncExitStack) -> House:
    await with_files_page(await with_editions(base))
    clinic = await base.stores.clinics.get(base.clinic)
    chat = await make_web_chat(base, clinic.name)
    lines = await connect(base)
    closing.push_async_callback(lines.close)
    web = _account(base, ChannelKind.WEB, ACCOUNT, make_web_channel(base, chat))
    return House(base, chat, lines, web, tuple(_of_line(base, line) for line in lines.lines))


def ways_of(base: Foundation, lines: Lines) -> Ways:
    """Return how invitations can be carried."""
    return Ways(base.settings.public_url, lines.telegram, lines.whatsapp_number)


def _account(
    base: Foundation, kind: ChannelKind, name: str, channel: Channel, rates: Rates | None = None
) -> Account:
    watched = counted_channel(base.failpoints.around("channel", channel), kind, base.meters)
    rates = faster(rates or RATES[kind], base.settings.pace)
    return Account(base.clinic, kind, name, watched, rates, pacer=Pacer(rates))


def _of_line(base: Foundation, line: Line) -> Account:
    holds = None if line.lease is None else line.lease.keep
    made = _account(base, line.kind, line.name, line.channel, line.rates)
    return replace(made, probe=line.probe, holds=holds)
