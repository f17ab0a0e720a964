"""The channels that are connected: how items come in, how messages go out, who may poll."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from fastapi import APIRouter

from bot.account_lease import AccountLease
from bot.channels.telegram import parse as telegram_parse
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from bot.channels.telegram.menu import show_menu
from bot.channels.telegram.poll import LONG_POLL_SECONDS, Poller
from bot.channels.telegram.webhook import Hook, keep_trying_to_set_webhook, webhook_router
from bot.channels.web import parse as parse_web
from bot.channels.whatsapp import parse as whatsapp_parse
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from bot.channels.whatsapp.rationed import Rationed
from bot.channels.whatsapp.templates import is_stopped
from bot.channels.whatsapp.typing import Typing
from bot.channels.whatsapp.vetted import Vetted
from bot.channels.whatsapp.webhook import Hook as WhatsAppHook, webhook_router as whatsapp_router
from bot.channels.whatsapp.words import words_from
from bot.demo import DEFAULT_CLINIC
from bot.foundation import Foundation
from bot.receiver import Account, Receiver
from bot.settings import Settings, TelegramMode
from bot.standing import AccountStanding
from bot.whatsapp_upkeep import Upkeep, daily_people
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Channel, InboxRow, Parser
from scheduler.account import Probe
from scheduler.housekeeping import Chore
from storage.accounts import Accounts
from storage.channel_news import told_of

log = structlog.get_logger(__name__)
MAIN = "main"
ANSWER_SHARE = 0.75
"""How much of the send timeout one answer of the service may take."""

SENDING = timedelta(seconds=15)
"""How long an account stays with a process that has died: shorter than a message's own lease."""

Background = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Line:
    """One connected channel. `background` runs in workers (polling), `router` in web processes.

    `probe` asks the service something harmless. The process that holds the `lease` sends. `chores` are
    done by workers now and then.
    """

    kind: ChannelKind
    channel: Channel
    parser: Parser
    router: APIRouter | None = None
    background: tuple[Background, ...] = ()
    close: Callable[[], Awaitable[None]] | None = None
    probe: Probe | None = None
    lease: AccountLease | None = None
    chores: tuple[Chore, ...] = ()
    notice: Callable[[InboxRow], None] | None = None
    """Hears of each of its items that is about to be worked on."""


@dataclass(frozen=True, slots=True)
class Lines:
    """All connected channels beside the web chat."""

    lines: tuple[Line, ...] = ()
    telegram: TelegramChannel | None = None
    whatsapp_number: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    def parsers(self) -> Mapping[ChannelKind, Parser]:
        """Return how each channel's raw items are understood, the web chat's too."""
        return {ChannelKind.WEB: parse_web, **{line.kind: line.parser for line in self.lines}}

    def notice(self, row: InboxRow) -> None:
        """Tell the channel of an item that it is about to be worked on."""
        for line in self.lines:
            if line.kind is row.channel and line.notice is not None:
                line.notice(row)

    async def close(self) -> None:
        """Close all connections."""
        for line in self.lines:
            if line.close is not None:
                await line.close()


async def connect(base: Foundation) -> Lines:
    """Return the channels that the settings name; nothing is called yet."""
    lines: list[Line] = []
    telegram = None
    if base.settings.has_telegram:
        telegram, line = await _telegram(base)
        lines.append(line)
    if base.settings.has_whatsapp:
        lines.append(await _whatsapp(base))
    return Lines(tuple(lines), telegram, base.settings.whatsapp_display_number)


async def _whatsapp(base: Foundation) -> Line:
    settings = base.settings
    graph = whatsapp_graph(settings)
    words = words_from(base.around.catalogs, base.around.protocol.languages[0])
    account = Account(DEFAULT_CLINIC, ChannelKind.WHATSAPP, MAIN)
    accounts = Accounts(base.stores.database, base.stores.vault, base.stores.clinics)
    await accounts.create(DEFAULT_CLINIC, ChannelKind.WHATSAPP, MAIN, {})
    lease = _lease(base, accounts, account, SENDING)
    channel = WhatsAppChannel(graph, words, media_hosts=settings.whatsapp_media_hosts)
    typing = Typing(channel.mark_read, base.now_system)

    async def close() -> None:
        await typing.close()
        await graph.close()

    hook = WhatsAppHook(
        account,
        settings.whatsapp_phone_number_id,
        _secret(settings.whatsapp_app_secret),
        _secret(settings.whatsapp_verify_token),
    )
    return Line(
        kind=ChannelKind.WHATSAPP,
        channel=_vetted(base, _rationed(base, channel)),
        parser=whatsapp_parse.parse,
        router=whatsapp_router(
            {account.name: hook}, Receiver(base.stores.inbox, base.clock, base.courtesy.knock)
        ),
        background=(lease.until_stopped, partial(AccountStanding(base, account).look, channel.probe)),
        close=close,
        probe=channel.probe,
        lease=lease,
        chores=_whatsapp_chores(base, graph),
        notice=typing.notice,
    )


def _rationed(base: Foundation, channel: Channel) -> Channel:
    """Put the count of the day's people in front of WhatsApp."""
    people = daily_people(base)

    async def take_place(address: str) -> datetime | None:
        point = ContactPoint(ChannelKind.WHATSAPP, MAIN, address)
        return await people.take(DEFAULT_CLINIC, point, now=base.clock.now())

    return Rationed(channel, take_place)


def _vetted(base: Foundation, channel: Channel) -> Channel:
    """Put a look at what Meta told of a template in front, before a place of the day is taken."""
    point = ContactPoint(ChannelKind.WHATSAPP, MAIN, "")

    async def stopped(name: str, language: str) -> bool:
        told = await base.stores.database.read(
            lambda conn: told_of(conn, DEFAULT_CLINIC, point, name, language), brief=True
        )
        return is_stopped(told.get("status", ""), told.get("category", ""))

    return Vetted(channel, stopped)


def whatsapp_graph(settings: Settings) -> Graph:
    """Return the client of the number that the settings name; nothing is called yet."""
    return Graph(
        settings.whatsapp_phone_number_id,
        _secret(settings.whatsapp_access_token),
        api=settings.whatsapp_api_base_url,
        version=settings.whatsapp_graph_version,
        seconds=settings.send_timeout_seconds * ANSWER_SHARE,
    )


def _whatsapp_chores(base: Foundation, graph: Graph) -> tuple[Chore, ...]:
    """Return what keeps us up to date with Meta: the day's limit, the templates, who still counts."""
    upkeep, people = Upkeep(base, graph), daily_people(base)

    async def look_up_limit() -> None:
        await upkeep.look_up_limit()

    async def forget_old() -> None:
        await people.forget_old(now=base.clock.now())

    templates = Chore("whatsapp-templates", timedelta(hours=6), upkeep.watch)
    return (
        Chore("whatsapp-limit", timedelta(hours=1), look_up_limit),
        Chore("whatsapp-people", timedelta(hours=1), forget_old),
        *((templates,) if base.settings.whatsapp_business_account_id else ()),
    )


async def _telegram(base: Foundation) -> tuple[TelegramChannel, Line]:
    settings = base.settings
    token = _secret(settings.telegram_bot_token)
    connection = Connection(token, api=settings.telegram_api_base_url, files=settings.telegram_file_base_url)
    channel = TelegramChannel(connection, send_seconds=settings.send_timeout_seconds)
    account = Account(DEFAULT_CLINIC, ChannelKind.TELEGRAM, MAIN)
    accounts = Accounts(base.stores.database, base.stores.vault, base.stores.clinics)
    await accounts.create(DEFAULT_CLINIC, ChannelKind.TELEGRAM, MAIN, {})
    receiver = Receiver(base.stores.inbox, base.clock, base.courtesy.knock)
    if settings.telegram_mode is TelegramMode.WEBHOOK:
        lease = _lease(base, accounts, account, SENDING)
        line = _by_webhook(base, connection, channel, account, receiver)
        line = replace(line, background=(*line.background, lease.until_stopped))
    else:
        lease = _lease(base, accounts, account, timedelta.max)
        line = _by_polling(base, connection, channel, receiver, lease)

    async def menu() -> None:
        languages = base.around.catalogs.languages()
        words = {language: base.around.catalogs.get(language) for language in languages}
        await show_menu(channel, words, default=base.around.protocol.languages[0])

    whole = replace(line, background=(*line.background, menu), probe=channel.probe, lease=lease)
    return channel, whole


def _lease(base: Foundation, accounts: Accounts, account: Account, longest: timedelta) -> AccountLease:
    length = min(longest, timedelta(seconds=base.settings.lease_seconds))
    return AccountLease(accounts, account, base.ids.short(), base.now_system, length)


def _by_webhook(
    base: Foundation, connection: Connection, channel: TelegramChannel, account: Account, receiver: Receiver
) -> Line:
    settings, standing = base.settings, AccountStanding(base, account)
    secret = _secret(settings.telegram_webhook_secret)
    hook = Hook(account, connection.bot_id, secret)
    url = f"{settings.public_url.rstrip('/')}/webhooks/telegram/{account.name}"

    async def register() -> None:
        await keep_trying_to_set_webhook(
            connection.bot, url, secret, on_fault=standing.refused, on_well=standing.works
        )

    return Line(
        kind=ChannelKind.TELEGRAM,
        channel=channel,
        parser=telegram_parse.parse,
        router=webhook_router({account.name: hook}, receiver),
        background=(register,),
        close=connection.close,
    )


def _by_polling(
    base: Foundation,
    connection: Connection,
    channel: TelegramChannel,
    receiver: Receiver,
    lease: AccountLease,
) -> Line:
    standing = AccountStanding(base, lease.account)
    poller = Poller(
        connection.bot,
        connection.bot_id,
        lease.account,
        receiver,
        lease.hold,
        standing.refused,
        standing.works,
        # A long poll must be over, and the lease renewed, well before the lease ends.
        long_poll_seconds=max(1, min(LONG_POLL_SECONDS, int(base.settings.lease_seconds / 2))),
    )

    async def poll() -> None:
        try:
            await poller.run()
        finally:
            await asyncio.shield(lease.give_up())

    return Line(
        kind=ChannelKind.TELEGRAM,
        channel=channel,
        parser=telegram_parse.parse,
        background=(poll,),
        close=connection.close,
    )


def _secret(value: object) -> str:
    read = getattr(value, "get_secret_value", None)
    return str(read()) if read is not None else ""
