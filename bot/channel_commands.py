"""What the command line does with channel accounts: their tokens come from a file, never from the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot import desk_commands
from bot.clinics import MAIN, OF_AN_ACCOUNT, SECRET, every_clinic, of_clinic
from bot.foundation import Foundation
from bot.settings import CLINIC, PREFIX, Settings, TelegramMode, plain, read_settings
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import NotFound
from storage.accounts import Account, Accounts

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ONE_OF_A_KIND: Final = {
    ChannelKind.TELEGRAM: "telegram_bot_token",
    ChannelKind.WHATSAPP: "whatsapp_phone_number_id",
}
"""What two accounts can't share: each message would be fetched by one and missed by the other."""

_ALONE: Final = {ChannelKind.TELEGRAM: "telegram_bot_token"}
"""What a file of a single line without a name holds."""


def read_values(channel: ChannelKind, text: str) -> dict[str, str]:
    """Return an account's settings from lines like TELEGRAM_BOT_TOKEN=…, as an environment file has them.

    Raises ValueError for a name that is no setting of such an account. No value is ever told.
    """
    lines = [one.strip() for one in text.splitlines() if one.strip() and not one.lstrip().startswith("#")]
    if len(lines) == 1 and "=" not in lines[0] and channel in _ALONE:
        return {_ALONE[channel]: lines[0]}
    found: dict[str, str] = {}
    for number, one in enumerate(lines, 1):
        name, sign, value = one.removeprefix("export ").partition("=")
        name = name.strip().removeprefix(PREFIX).lower()
        if not sign or name not in OF_AN_ACCOUNT[channel]:
            known = ", ".join(sorted(each.upper() for each in OF_AN_ACCOUNT[channel]))
            raise ValueError(f"line {number} of the file: no setting of this channel; there are {known}")
        found[name] = value.strip().strip("'\"")
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """An account's place: its clinic, its channel, and what it is called there."""

    clinic: ClinicId
    channel: ChannelKind
    name: str


async def put(base: Foundation, place: Place, values: Mapping[str, str], *, is_new: bool) -> dict[str, Any]:
    """Add an account, or change the values of one that is there (rotate); `base` is the settings' own.

    Raises ValueError, NotFound, and SettingError where the values do not fit together.
    """
    at, name = await of_clinic(base, place.clinic), place.name
    _refuse_name(place)
    known = await _account(base, place)
    if is_new and known is not None:
        raise ValueError(f"there is an account {name} already: rotate changes its tokens")
    if not is_new and known is None:
        raise NotFound(f"the clinic has no account {name} of this channel")
    config = {**(known.config if known else {}), **values}
    settings = _checked(base, place.channel, config)
    if settings.telegram_mode is TelegramMode.WEBHOOK and place.channel is ChannelKind.TELEGRAM:
        config.setdefault("telegram_webhook_secret", plain(settings.telegram_webhook_secret))
    await _refuse_shared(base, place, config)
    await _accounts(base).create(place.clinic, place.channel, name, config)
    await desk_commands.note(at, "cli.channel-add" if is_new else "cli.channel-rotate", _subject(place))
    return shown(at, Account(place.clinic, place.channel, name, config))


async def remove(base: Foundation, place: Place) -> None:
    """Forget an account and its tokens; raise NotFound, or ValueError for the one that the settings name."""
    _refuse_name(place)
    at = await of_clinic(base, place.clinic)
    if not await _accounts(base).remove(place.clinic, place.channel, place.name):
        raise NotFound(f"the clinic has no account {place.name} of this channel")
    await desk_commands.note(at, "cli.channel-remove", _subject(place))


async def listed(base: Foundation) -> list[dict[str, Any]]:
    """Return the accounts of every clinic: nothing of their tokens."""
    found = await _accounts(base).all()
    by_clinic = {each.clinic: each for each in await every_clinic(base)}
    return [shown(by_clinic[one.clinic], one) for one in found if one.channel in OF_AN_ACCOUNT]


def shown(base: Foundation, account: Account) -> dict[str, Any]:
    """Return {clinic, channel, account, webhook, settings}: which values are there, and none of a secret."""
    config = account.config
    url = base.settings.public_url.rstrip("/")
    return {
        "clinic": account.clinic,
        "channel": account.channel.value,
        "account": account.name,
        "webhook": f"{url}/webhooks/{account.channel}/{account.name}",
        "settings": {name: "***" if name in SECRET else value for name, value in sorted(config.items())},
    }


def _subject(place: Place) -> str:
    return f"{place.channel}:{place.name}"


def _refuse_name(place: Place) -> None:
    if not _NAME.fullmatch(place.name):
        raise ValueError("--account: up to 40 small letters, digits and hyphens, a letter first")
    if (place.clinic, place.name) == (CLINIC, MAIN):
        raise ValueError("the settings name the account main of the clinic default: change them there")


def _checked(base: Foundation, channel: ChannelKind, config: Mapping[str, str]) -> Settings:
    """Return the settings that an account makes; raise SettingError as the process would at its start."""
    if (name := _ONE_OF_A_KIND[channel]) not in config:
        raise ValueError(f"the file lacks {name.upper()}")
    if channel is ChannelKind.WHATSAPP and "whatsapp_access_token" not in config:
        raise ValueError("the file lacks WHATSAPP_ACCESS_TOKEN")
    usual = {"TELEGRAM_WEBHOOK_SECRET": base.ids.secret()} if channel is ChannelKind.TELEGRAM else {}
    given = {**usual, **{name.upper(): value for name, value in config.items()}}
    around = {"PUBLIC_URL": "https://clinic.example"}
    return read_settings({f"{PREFIX}{name}": value for name, value in {**around, **given}.items()})


async def _refuse_shared(base: Foundation, place: Place, config: Mapping[str, str]) -> None:
    """Raise ValueError for a bot or a number that another account has, or for two contents at one clinic."""
    key = _ONE_OF_A_KIND[place.channel]
    every = [one for one in await _accounts(base).all() if one.channel is place.channel and one.config]
    others = [one for one in every if (one.clinic, one.name) != (place.clinic, place.name)]
    named = getattr(base.settings, key)
    of_settings = plain(named) if key in SECRET else named
    if config[key] in {of_settings, *(one.config.get(key) for one in others)}:
        raise ValueError("another account has this bot or number already")
    contents = {one.config.get("whatsapp_content") for one in others if one.clinic == place.clinic}
    if place.clinic == CLINIC and base.settings.whatsapp_content is not None:
        contents.add(base.settings.whatsapp_content.value)
    if place.channel is ChannelKind.WHATSAPP and contents - {config.get("whatsapp_content")}:
        raise ValueError("WHATSAPP_CONTENT: the clinic's other numbers carry something else")


async def _account(base: Foundation, place: Place) -> Account | None:
    found = await _accounts(base).all()
    return next((one for one in found if Place(one.clinic, one.channel, one.name) == place), None)


def _accounts(base: Foundation) -> Accounts:
    stores = base.stores
    return Accounts(stores.database, stores.vault, stores.clinics)
