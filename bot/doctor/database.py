"""What the doctor sees in the database: reachable, migrated, the right key, clocks, what is stuck."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.clinics import settings_of
from bot.doctor.backups import look_at_backups
from bot.doctor.findings import Finding, note, ok, red
from bot.doctor.keys import KEY_OTHER, look_at_key
from bot.doctor.pack import look_at_words
from bot.doctor.whatsapp import look_at_day, look_at_name
from bot.foundation import master_keys_of, sqlite_file
from bot.settings import CLINIC, Env, Settings
from bot.surroundings import DEFAULT_PACK
from bot.template_watch import ACCOUNT
from bot.watch import TOLERANCE
from handlers.core.case import Clinic
from handlers.core.on_call import reaches_somebody
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import PackError, SettingError
from storage.accounts import Accounts, Standing
from storage.clinics import Clinics
from storage.clocks import ClockStore
from storage.engine import Database, open_database
from storage.gauges import gauges
from storage.keys import Vault
from storage.on_call import OnCallRoom
from storage.opening import make_ready
from storage.protocols import pack_folder, read_pack
from storage.row_security import is_bound

SILENT: Final = timedelta(minutes=2)
"""A process that runs notes its time every 20 seconds."""

OVERDUE: Final = 15 * 60
"""Seconds: messages that should have left so long ago are stuck."""


async def look_at_database(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Yield what can be told of the database; nothing is written, and none is made where there is none."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        yield note("database_none", path=str(file))
        return
    database = open_database(settings.database_url)
    try:
        try:
            await make_ready(database, migrate=False)
        except SettingError as error:
            yield red("database", reason=str(error))
            return
        yield ok("database_ready")
        if database.dialect == "postgresql":
            yield ok("walls") if await database.read(is_bound) else note("no_walls")
        async for finding in _inside(settings, database, now):
            yield finding
    finally:
        await database.close()


async def _inside(settings: Settings, database: Database, now: datetime) -> AsyncIterator[Finding]:
    try:
        vault = Vault(*master_keys_of(settings, may_make=False))
    except SettingError as error:
        yield red("key", reason=str(error))
        return
    async for finding in look_at_key(settings, database, vault):
        yield finding
        if finding.name == KEY_OTHER:
            return
    async for finding in look_at_backups(settings, database, now):
        yield finding
    async for finding in _clinics(settings, database, vault, now):
        yield finding
    clinics = Clinics(database, vault)
    clocks = ClockStore(database, vault, clinics)
    async for finding in _clocks(clocks, now):
        yield finding
    for finding in _queues(await database.read(lambda conn: gauges(conn, now))):
        yield finding


async def _clinics(
    settings: Settings, database: Database, vault: Vault, now: datetime
) -> AsyncIterator[Finding]:
    clinics = Clinics(database, vault)
    hosts, accounts = await clinics.hosts(), await Accounts(database, vault, clinics).all()
    for clinic in await clinics.all():
        own = [one for one in accounts if one.clinic == clinic.id and one.config]
        its = settings if clinic.id == CLINIC else settings_of(settings, hosts[clinic.id], own)
        numbers = {one.name for one in own if one.channel is ChannelKind.WHATSAPP}
        numbers |= {ACCOUNT} if clinic.id == CLINIC else set()
        async for finding in _clinic(its, database, vault, clinic):
            yield _about(clinic.id, finding)
        for number in sorted(numbers):
            for finding in await look_at_day(database, its, now, clinic.id, number):
                yield _about(clinic.id, finding)


def _about(clinic: ClinicId, finding: Finding) -> Finding:
    return finding if clinic == CLINIC else replace(finding, clinic=clinic)


async def _clinic(
    settings: Settings, database: Database, vault: Vault, clinic: Clinic
) -> AsyncIterator[Finding]:
    clinics = Clinics(database, vault)
    words = look_at_words(settings, clinic.texts, _usual_words(settings))
    name = look_at_name(settings, clinic.texts.get("clinic_short") or clinic.name)
    for finding in (*words, *name):
        yield finding
    for account in await Accounts(database, vault, clinics).standing(clinic.id):
        yield _account(account)
    yield await _on_call(settings, OnCallRoom(database, vault, clinics), clinic.id)


async def _on_call(settings: Settings, room: OnCallRoom, clinic: ClinicId) -> Finding:
    if reaches_somebody(*await room.duty(clinic, settings.staff_means)):
        return ok("on_call")
    return (red if settings.env is Env.PRODUCTION else note)("on_call_nobody")


def _account(account: Standing) -> Finding:
    if account.refused and account.since is not None:
        since = f"{account.since:%Y-%m-%d %H:%M} UTC"
        return red("account_refused", channel=account.channel, code=account.reason, since=since)
    return ok("account", channel=account.channel)


def _usual_words(settings: Settings) -> Mapping[str, str]:
    """Return the words that the pack says for a clinic; none of a pack that can't be read."""
    try:
        return read_pack(pack_folder(str(settings.pack or DEFAULT_PACK))).texts
    except PackError:
        return {}


async def _clocks(clocks: ClockStore, now: datetime) -> AsyncIterator[Finding]:
    server = await clocks.server_time()
    if server is not None and abs(server - now) > TOLERANCE:
        yield red("clocks_differ", server=f"{server:%Y-%m-%d %H:%M} UTC", here=f"{now:%Y-%m-%d %H:%M} UTC")
    if await clocks.standing():
        yield red("clock_brake")
    else:
        yield ok("clock")
    tick = await clocks.last_tick()
    if tick is None or abs(now - tick.at) > SILENT:
        yield note("not_running", since=f"{tick.at:%Y-%m-%d %H:%M} UTC" if tick else "-")
    else:
        yield ok("running")


def _queues(figures: Mapping[str, float]) -> list[Finding]:
    found = []
    for figure, name in (
        ("inbox_quarantined", "quarantined"),
        ("follow_ups_stuck", "check_ins_stuck"),
        ("outbox_unknown", "unknown_sends"),
        ("outbox_held", "held_sends"),
    ):
        if figures[figure]:
            found.append(note(name, count=f"{figures[figure]:g}"))
    late = figures["outbox_oldest_due_seconds"]
    if late > OVERDUE:
        found.append(red("overdue", minutes=f"{late / 60:.0f}", count=f"{figures['outbox_due']:g}"))
    return found or [ok("queues")]
