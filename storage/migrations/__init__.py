"""Migrations of the database: `migrate` brings any older one, or an empty one, up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import Database, open_database

_LOCK = 7_307_064_101
"""PostgreSQL's advisory lock under which one process at a time migrates."""


async def migrate(database_url: str) -> None:
    """Bring the database at `database_url` up to date; doing it twice is harmless."""
    database = open_database(database_url)
    try:
        await upgrade(database)
    finally:
        await database.close()


async def upgrade(database: Database) -> None:
    """Bring an open database up to date, in one transaction."""
    await database.write(_upgrade)


def head() -> str:
    """Return the newest revision."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _upgrade(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL statement_timeout = 0"))
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
