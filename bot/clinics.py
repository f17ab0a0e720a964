"""The clinics of an installation: each stands on a foundation of its own, over the same database.

What the settings say of the clinic that they make, a row says of the others: the host under which their
pages are opened, and the accounts at the messaging services with their tokens. So whatever works on a
foundation works for any of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from bot.following import follow
from bot.foundation import Foundation
from bot.logs import hide
from bot.present import Present
from bot.settings import Settings, TelegramMode, WhatsAppContent
from bot.surroundings import links_only
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import NotFound
from scheduler.pacing import WHATSAPP_USUAL
from storage.accounts import Account, Accounts

MAIN: Final = "main"
"""The account that the settings name, and the usual name of a clinic's first."""

OF_AN_ACCOUNT: Final[Mapping[ChannelKind, Mapping[str, Any]]] = {
    ChannelKind.TELEGRAM: {
        "telegram_bot_token": None,
        "telegram_mode": TelegramMode.POLLING,
        "telegram_webhook_secret": None,
    },
    ChannelKind.WHATSAPP: {
        "whatsapp_access_token": None,
        "whatsapp_phone_number_id": "",
        "whatsapp_business_account_id": "",
        "whatsapp_app_secret": None,
        "whatsapp_verify_token": None,
        "whatsapp_content": None,
        "whatsapp_display_number": "",
        "whatsapp_messages_per_second": WHATSAPP_USUAL,
    },
}
"""The settings that belong to an account, by its channel, and what they are where there is none."""

_KINDS: Final[Mapping[str, Callable[[str], Any]]] = {
    "telegram_mode": TelegramMode,
    "whatsapp_content": WhatsAppContent,
    "whatsapp_messages_per_second": int,
}
SECRET: Final = frozenset(
    {
        *("telegram_bot_token", "telegram_webhook_secret"),
        *("whatsapp_access_token", "whatsapp_app_secret", "whatsapp_verify_token"),
    }
)


async def every_clinic(base: Foundation) -> tuple[Foundation, ...]:
    """Return what each clinic stands on, first the one that the settings make; all are known from then on."""
    hosts = await base.stores.clinics.hosts()
    return (base, *[await of_clinic(base, clinic) for clinic in hosts if clinic != base.clinic])


async def of_clinic(base: Foundation, clinic: str) -> Foundation:
    """Return what a clinic stands on, with the pack that it has in force; raise NotFound, PackError."""
    if clinic == base.clinic or clinic in base.others:
        return base.of(clinic)
    hosts = await base.stores.clinics.hosts()
    if clinic not in hosts:
        raise NotFound(f"there is no clinic {clinic}")
    ident = ClinicId(clinic)
    settings = settings_of(base.settings, hosts[ident], await _accounts(base, ident))
    walled = base.walls(ident) if base.walls else None
    found = replace(base, clinic=ident, settings=settings, present=_present(base, settings), walled=walled)
    await follow(base.stores.database, found.present, clinic)
    return base.others.setdefault(clinic, found)


async def accounts_of(base: Foundation) -> Sequence[Account]:
    """Return the accounts of a clinic that have tokens of their own, beside what the settings name."""
    return await _accounts(base, base.clinic)


def settings_of(settings: Settings, host: str, accounts: Sequence[Account]) -> Settings:
    """Return the settings as they are for another clinic: its address, and its first account of each kind."""
    update: dict[str, Any] = {name: none for kind in OF_AN_ACCOUNT.values() for name, none in kind.items()}
    for account in reversed(accounts):
        update |= _values(account)
    return settings.model_copy(update={**update, "public_url": address_of(settings.public_url, host)})


def with_account(settings: Settings, account: Account) -> Settings:
    """Return the settings with what belongs to an account taken from it."""
    return settings.model_copy(update={**OF_AN_ACCOUNT[account.channel], **_values(account)})


def address_of(public_url: str, host: str) -> str:
    """Return the address of a clinic's pages: that of the settings, at the clinic's own host."""
    parts = urlsplit(public_url)
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{host}{port}")) if host else public_url


async def _accounts(base: Foundation, clinic: ClinicId) -> Sequence[Account]:
    stores = base.stores
    every = await Accounts(stores.database, stores.vault, stores.clinics).all()
    found = [one for one in every if one.clinic == clinic and one.channel in OF_AN_ACCOUNT and one.config]
    hide([one.config[name] for one in found for name in SECRET if name in one.config])
    return sorted(found, key=lambda one: one.name != MAIN)


def _values(account: Account) -> dict[str, Any]:
    return {name: _value(name, text) for name, text in account.config.items()}


def _value(name: str, text: str) -> Any:
    if name in SECRET:
        return SecretStr(text)
    return _KINDS[name](text) if name in _KINDS else text


def _present(base: Foundation, settings: Settings) -> Present:
    """Return a present of its own, on the pack that the settings name."""
    around = base.present.around.with_pack(base.present.own)
    url, links = settings.public_url.rstrip("/"), links_only(settings)
    own = replace(around, public_url=url, links_only=links, doors={}, files_page=None, data_page=None)
    present = Present.of(own)
    present.folder = base.present.folder
    return present
