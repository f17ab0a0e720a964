"""What the doctor sees of backups: whether there is one, how old it is, and where its keys are."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.doctor.findings import Finding, note, ok, red
from bot.settings import Env, Settings
from storage.backup.noted import Apart, is_proved, key_store, lacks_files, last_backup
from storage.engine import Database

OLD: Final = timedelta(hours=26)
"""A daily backup, and time to make it."""


async def look_at_backups(settings: Settings, database: Database, now: datetime) -> AsyncIterator[Finding]:
    """Yield how old the last backup is that could be read back; a demo needs none."""
    amiss = red if settings.env is Env.PRODUCTION else note
    last = await database.read(last_backup)
    if last is None:
        yield amiss("backup_none")
    elif now - last > OLD:
        yield amiss("backup_old", since=f"{last:%Y-%m-%d %H:%M} UTC")
    else:
        yield ok("backup", since=f"{last:%Y-%m-%d %H:%M} UTC")
    if last is not None and not await database.read(is_proved):
        yield amiss("backup_not_restored")
    if last is not None:
        yield _keys(await database.read(key_store), amiss)
        if await database.read(lacks_files):
            yield note("backup_without_files")


def _keys(apart: Apart, amiss: Callable[[str], Finding]) -> Finding:
    match apart:
        case Apart.NOT:
            return note("backup_with_keys")
        case Apart.FOLDER:
            return amiss("backup_keys_folder")
        case Apart.DEVICE:
            return amiss("backup_keys_device")
        case Apart.WELL:
            return ok("backup_keys_apart")
        case unreachable:
            assert_never(unreachable)
