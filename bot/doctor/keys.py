"""What the doctor sees of the master key: the right one, a copy elsewhere, one that is being replaced."""

from collections.abc import AsyncIterator
from typing import Final

from bot.doctor.findings import Finding, note, ok, red
from bot.settings import Env, Settings
from storage.engine import Database
from storage.key_backup import key_is_backed_up
from storage.keys import Vault
from storage.master_key import fits
from storage.rotation import left_behind

KEY_OTHER: Final = "key_other"


async def look_at_key(settings: Settings, database: Database, vault: Vault) -> AsyncIterator[Finding]:
    """Yield what can be told of the key; after KEY_OTHER nothing in the database can be read."""
    if not await database.read(lambda conn: fits(conn, vault)):
        yield red(KEY_OTHER)
        return
    yield ok("key_fits")
    if len(vault.fingerprints) > 1:
        left = await database.read(lambda conn: left_behind(conn, vault))
        yield red("key_rotating", count=str(left)) if left else note("key_rotated")
    if await database.read(key_is_backed_up):
        yield ok("key_backup")
    else:
        yield (red if settings.env is Env.PRODUCTION else note)("key_backup_unsure")
