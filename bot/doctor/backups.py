"""What the doctor sees of backups: whether there is one, and how old it is."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from bot.doctor.findings import Finding, note, ok, red
from bot.settings import Env, Settings
from storage.backup.noted import last_backup
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
