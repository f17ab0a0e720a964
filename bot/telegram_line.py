"""A Telegram bot, connected: by webhook, or by polling under the account's lease."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.account_lease import AccountLease
from bot.channels.telegram import parse as telegram_parse
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from bot.channels.telegram.menu import show_menu
from bot.channels.telegram.poll import LONG_POLL_SECONDS, Poller
from bot.channels.telegram.webhook import Hook, keep_trying_to_set_webhook
from bot.foundation import Foundation
from bot.line import Line, lease_of
from bot.receiver import Account, Receiver
from bot.settings import TelegramMode, plain
from bot.standing import AccountStanding
from handlers.core.values import ChannelKind


def telegram_line(base: Foundation, account: Account, receiver: Receiver) -> tuple[TelegramChannel, Line]:
    """Return the line of a bot whose settings `base` has; nothing is called yet."""
    settings = base.settings
    token = plain(settings.telegram_bot_token)
    connection = Connection(token, api=settings.telegram_api_base_url, files=settings.telegram_file_base_url)
    channel = TelegramChannel(connection, send_seconds=settings.send_timeout_seconds)
    if settings.telegram_mode is TelegramMode.WEBHOOK:
        lease = lease_of(base, account)
        line = _by_webhook(base, connection, channel, account)
        line = replace(line, background=(*line.background, lease.until_stopped))
    else:
        lease = lease_of(base, account, timedelta.max)
        line = _by_polling(base, connection, channel, receiver, lease)

    async def menu() -> None:
        languages = base.around.catalogs.languages()
        words = {language: base.around.catalogs.get(language) for language in languages}
        await show_menu(channel, words, default=base.around.protocol.languages[0])

    whole = replace(
        line, name=account.name, background=(*line.background, menu), probe=channel.probe, lease=lease
    )
    return channel, whole


def _by_webhook(base: Foundation, connection: Connection, channel: TelegramChannel, account: Account) -> Line:
    settings, standing = base.settings, AccountStanding(base, account)
    secret = plain(settings.telegram_webhook_secret)
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
        hook=hook,
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
