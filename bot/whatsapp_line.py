"""A WhatsApp number, connected: the day's places and Meta's word on templates stand in front of it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.channels.whatsapp import parse as whatsapp_parse
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from bot.channels.whatsapp.rationed import Rationed
from bot.channels.whatsapp.templates import is_stopped
from bot.channels.whatsapp.typing import Typing
from bot.channels.whatsapp.vetted import Vetted
from bot.channels.whatsapp.webhook import Hook
from bot.channels.whatsapp.words import words_from
from bot.foundation import Foundation
from bot.line import Line, lease_of
from bot.receiver import Account
from bot.settings import Settings, plain
from bot.standing import AccountStanding
from bot.whatsapp_upkeep import Upkeep, daily_people
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Channel
from scheduler.housekeeping import Chore
from scheduler.pacing import whatsapp_rates
from storage.channel_news import told_of

ANSWER_SHARE: Final = 0.75
"""How much of the send timeout one answer of the service may take."""


def whatsapp_line(base: Foundation, account: Account) -> Line:
    """Return the line of a number whose settings `base` has; nothing is called yet."""
    settings = base.settings
    graph = whatsapp_graph(settings)
    words = words_from(base.around.catalogs, base.around.protocol.languages[0])
    lease = lease_of(base, account)
    channel = WhatsAppChannel(graph, words, media_hosts=settings.whatsapp_media_hosts)
    typing = Typing(channel.mark_read, base.now_system)

    async def close() -> None:
        await typing.close()
        await graph.close()

    hook = Hook(
        account,
        settings.whatsapp_phone_number_id,
        plain(settings.whatsapp_app_secret),
        plain(settings.whatsapp_verify_token),
        settings.whatsapp_business_account_id,
    )
    return Line(
        kind=ChannelKind.WHATSAPP,
        channel=_vetted(base, account, _rationed(base, account, channel)),
        parser=whatsapp_parse.parse,
        name=account.name,
        hook=hook,
        background=(lease.until_stopped, partial(AccountStanding(base, account).look, channel.probe)),
        close=close,
        probe=channel.probe,
        lease=lease,
        chores=_chores(base, account, graph),
        rates=whatsapp_rates(settings.whatsapp_messages_per_second),
        notice=typing.notice,
    )


def _rationed(base: Foundation, account: Account, channel: Channel) -> Channel:
    """Put the count of the day's people in front of WhatsApp."""
    people = daily_people(base)

    async def take_place(address: str) -> datetime | None:
        point = ContactPoint(ChannelKind.WHATSAPP, account.name, address)
        return await people.take(account.clinic, point, now=base.clock.now())

    return Rationed(channel, take_place)


def _vetted(base: Foundation, account: Account, channel: Channel) -> Channel:
    """Put a look at what Meta told of a template in front, before a place of the day is taken."""
    point = ContactPoint(ChannelKind.WHATSAPP, account.name, "")

    async def stopped(name: str, language: str) -> bool:
        told = await base.stores.database.read(
            lambda conn: told_of(conn, account.clinic, point, name, language), brief=True
        )
        return is_stopped(told.get("status", ""), told.get("category", ""))

    return Vetted(channel, stopped)


def whatsapp_graph(settings: Settings) -> Graph:
    """Return the client of the number that the settings name; nothing is called yet."""
    return Graph(
        settings.whatsapp_phone_number_id,
        plain(settings.whatsapp_access_token),
        api=settings.whatsapp_api_base_url,
        version=settings.whatsapp_graph_version,
        seconds=settings.send_timeout_seconds * ANSWER_SHARE,
    )


def _chores(base: Foundation, account: Account, graph: Graph) -> tuple[Chore, ...]:
    """Return what keeps us up to date with Meta: the day's limit, the templates, who still counts."""
    upkeep, people = Upkeep(base, graph, account.name), daily_people(base)

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
