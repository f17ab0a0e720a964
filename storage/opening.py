"""The first word with a database: whether it answers, and whether its tables are the newest."""

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from handlers.errors import SettingError, StorageAway
from storage.damage import not_opened
from storage.engine import Database
from storage.gauges import unready
from storage.migrations import upgrade


async def make_ready(database: Database, *, migrate: bool) -> None:
    """Bring the tables up to date if `migrate`; raise SettingError if they can't be worked with.

    Without `migrate` nothing is written.
    """
    try:
        reason = await database.write(_answers) if migrate else await database.read(unready)
    except (StorageAway, DBAPIError) as error:
        cause = error.code if isinstance(error, StorageAway) else type(error.orig).__name__
        raise not_opened(cause) from error
    if reason:
        raise SettingError(f"YORISOI_DATABASE_URL: {reason}")
    if migrate:
        await upgrade(database)


def _answers(conn: Connection) -> str:
    conn.execute(select(1))
    return ""
