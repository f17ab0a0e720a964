"""A connected channel account: how items come in, how messages go out, who may poll."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter

from bot.account_lease import AccountLease
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import Hook as TelegramHook
from bot.channels.web import parse as parse_web
from bot.channels.whatsapp.webhook import Hook as WhatsAppHook
from bot.clinics import MAIN
from bot.foundation import Foundation
from bot.receiver import Account
from handlers.core.values import ChannelKind
from handlers.ports import Channel, InboxRow, Parser
from scheduler.account import Probe
from scheduler.housekeeping import Chore
from scheduler.pacing import Rates
from storage.accounts import Accounts

SENDING: Final = timedelta(seconds=15)
"""How long an account stays with a process that has died: shorter than a message's own lease."""

Background = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Line:
    """One connected account.

    `background` runs in workers (polling); web processes take what comes in by the `hook`. `probe` asks the
    service something harmless. The process that holds the `lease` sends. `chores` are done by workers now and
    then.
    """

    kind: ChannelKind
    channel: Channel
    parser: Parser
    name: str = MAIN
    hook: TelegramHook | WhatsAppHook | None = None
    background: tuple[Background, ...] = ()
    close: Callable[[], Awaitable[None]] | None = None
    probe: Probe | None = None
    lease: AccountLease | None = None
    chores: tuple[Chore, ...] = ()
    rates: Rates | None = None
    """How fast this account may send; None is what its service allows any."""
    notice: Callable[[InboxRow], None] | None = None
    """Hears of each of its items that is about to be worked on."""


@dataclass(frozen=True, slots=True)
class Lines:
    """All connected accounts of a clinic beside its web chat. `routers` lead to their webhooks."""

    lines: tuple[Line, ...] = ()
    routers: tuple[APIRouter, ...] = ()
    telegram: TelegramChannel | None = None
    whatsapp_number: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    def parsers(self) -> Mapping[ChannelKind, Parser]:
        """Return how each channel's raw items are understood, the web chat's too."""
        return {ChannelKind.WEB: parse_web, **{line.kind: line.parser for line in self.lines}}

    def notice(self, row: InboxRow) -> None:
        """Tell the channel of an item that it is about to be worked on."""
        for line in self.lines:
            if (line.kind, line.name) == (row.channel, row.account) and line.notice is not None:
                line.notice(row)

    async def close(self) -> None:
        """Close all connections."""
        for line in self.lines:
            if line.close is not None:
                await line.close()


def lease_of(base: Foundation, account: Account, longest: timedelta = SENDING) -> AccountLease:
    """Return this process's lease of an account, for `longest` at a time at most."""
    stores = base.stores
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    length = min(longest, timedelta(seconds=base.settings.lease_seconds))
    return AccountLease(accounts, account, base.ids.short(), base.now_system, length)
