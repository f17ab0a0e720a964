"""A clinic's accounts at the messaging services, connected: what the settings name, and what rows add."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter

from bot.channels.telegram.webhook import Hook as TelegramHook, webhook_router as telegram_router
from bot.channels.whatsapp.webhook import Hook as WhatsAppHook, webhook_router as whatsapp_router
from bot.clinics import MAIN, accounts_of, with_account
from bot.foundation import Foundation
from bot.line import Line, Lines
from bot.receiver import Account, Receiver
from bot.settings import CLINIC, Settings
from bot.telegram_line import telegram_line
from bot.whatsapp_line import whatsapp_line
from handlers.core.values import ChannelKind
from storage.accounts import Accounts


async def connect(base: Foundation) -> Lines:
    """Return the accounts of a clinic; nothing is called yet."""
    receiver = Receiver(base.stores.inbox, base.clock, base.courtesy.knock)
    lines: list[Line] = []
    telegram = None
    for account, settings in await _accounts(base):
        at = replace(base, settings=settings)
        if account.channel is ChannelKind.TELEGRAM:
            bot, line = telegram_line(at, account, receiver)
            telegram = telegram or bot
        else:
            line = whatsapp_line(at, account)
        lines.append(line)
    routers = _routers(lines, receiver)
    return Lines(tuple(lines), routers, telegram, base.settings.whatsapp_display_number)


async def _accounts(base: Foundation) -> Sequence[tuple[Account, Settings]]:
    """Return each account with the settings that are its own, first the one that the settings name."""
    named = await _of_settings(base) if base.clinic == CLINIC else []
    there = {(account.channel, account.name) for account, _ in named}
    rows = [
        (Account(one.clinic, one.channel, one.name), with_account(base.settings, one))
        for one in await accounts_of(base)
        if (one.channel, one.name) not in there
    ]
    return [*named, *rows]


async def _of_settings(base: Foundation) -> list[tuple[Account, Settings]]:
    """Return the accounts that the settings name; each has a row, whose lease a process takes."""
    stores, settings = base.stores, base.settings
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    has = {ChannelKind.TELEGRAM: settings.has_telegram, ChannelKind.WHATSAPP: settings.has_whatsapp}
    found = [Account(base.clinic, kind, MAIN) for kind, is_there in has.items() if is_there]
    for account in found:
        await accounts.create(account.clinic, account.channel, account.name, {})
    return [(account, settings) for account in found]


def _routers(lines: Sequence[Line], receiver: Receiver) -> tuple[APIRouter, ...]:
    bots = {line.name: line.hook for line in lines if isinstance(line.hook, TelegramHook)}
    numbers = {line.name: line.hook for line in lines if isinstance(line.hook, WhatsAppHook)}
    made = [telegram_router(bots, receiver)] if bots else []
    return (*made, *([whatsapp_router(numbers, receiver)] if numbers else []))
