"""What the doctor hears from outside: every clinic's accounts, the mail server, the bucket."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.clinics import MAIN, OF_AN_ACCOUNT, settings_of, with_account
from bot.doctor.findings import Finding, note, red
from bot.doctor.services import TELEGRAM, WHATSAPP, ask_bucket, ask_mail, ask_telegram, ask_whatsapp
from bot.foundation import master_keys_of, sqlite_file
from bot.settings import CLINIC, Settings
from handlers.core.values import ChannelKind
from handlers.errors import SettingError
from storage.accounts import Accounts
from storage.clinics import Clinics
from storage.engine import Database, open_database
from storage.keys import Vault
from storage.master_key import fits
from storage.opening import make_ready

PATIENCE: Final = 4.0
"""Seconds for one answer; a bot by webhook is asked for two."""
LONGEST: Final = 9.0
"""Seconds for everything about one service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One account to ask about, with the settings that are its own."""

    clinic: str
    channel: ChannelKind
    name: str
    settings: Settings


async def look_at_services(settings: Settings, *, offline: bool = False) -> list[Finding]:
    """Return how everything outside answers that this installation needs; `offline` asks nobody."""
    if offline:
        return [note("offline")]
    quick = settings.model_copy(update={"send_timeout_seconds": PATIENCE})
    asked = [_of(one) for one in await accounts_to_ask(quick)]
    mail = _within(ask_mail(quick, PATIENCE), red("mail_away", code="no-answer"))
    bucket = _within(ask_bucket(quick, PATIENCE), red("bucket_away"))
    found = await asyncio.gather(*asked, mail, bucket)
    return [finding for findings in found for finding in findings]


async def accounts_to_ask(settings: Settings) -> list[Asked]:
    """Return the accounts that the settings name, and each clinic's that have tokens of their own."""
    has = {ChannelKind.TELEGRAM: settings.has_telegram, ChannelKind.WHATSAPP: settings.has_whatsapp}
    named = [Asked(CLINIC, kind, MAIN, settings) for kind, is_there in has.items() if is_there]
    known = {(one.clinic, one.channel, one.name) for one in named}
    rows = await _of_rows(settings)
    return [*named, *(one for one in rows if (one.clinic, one.channel, one.name) not in known)]


async def _of_rows(settings: Settings) -> Sequence[Asked]:
    """Return the accounts of the database; none of one that is away, of which another line tells."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return ()
    database = open_database(settings.database_url)
    try:
        await make_ready(database, migrate=False)
        vault = Vault(*master_keys_of(settings, may_make=False))
        is_ours = await database.read(lambda conn: fits(conn, vault))
        return await _read(settings, database, vault) if is_ours else ()
    except SettingError:
        return ()
    finally:
        await database.close()


async def _read(settings: Settings, database: Database, vault: Vault) -> Sequence[Asked]:
    clinics = Clinics(database, vault)
    hosts, found = await clinics.hosts(), []
    for one in await Accounts(database, vault, clinics).all():
        if not one.config or one.channel not in OF_AN_ACCOUNT:
            continue
        its = settings if one.clinic == CLINIC else settings_of(settings, hosts[one.clinic], ())
        found.append(Asked(one.clinic, one.channel, one.name, with_account(its, one)))
    return found


async def _of(asked: Asked) -> list[Finding]:
    own, name, is_bot = asked.settings, asked.name, asked.channel is ChannelKind.TELEGRAM
    question = ask_telegram(own, name, PATIENCE) if is_bot else ask_whatsapp(own, name)
    silent = red("service_away", channel=TELEGRAM if is_bot else WHATSAPP, account=name, code="no-answer")
    found = await _within(question, silent)
    return found if asked.clinic == CLINIC else [replace(one, clinic=asked.clinic) for one in found]


async def _within(question: Awaitable[list[Finding]], silent: Finding) -> list[Finding]:
    try:
        async with asyncio.timeout(LONGEST):
            return await question
    except TimeoutError:
        return [silent]
