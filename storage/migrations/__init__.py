"""Migrations of the database: `migrate` brings any older one, or an empty one, up to date.

Alembic is only loaded where there is something to migrate: that takes half a second, and after a
crash patients wait.
"""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from storage.engine import Database, open_database
from storage.prepared import plain

_SCRIPTS: Final = Path(__file__).parent / "versions"
_NAMED: Final = re.compile(r'^(down_revision|revision) = "(\w+)"$', re.MULTILINE)


async def migrate(database_url: str) -> None:
    """Bring the database at `database_url` up to date; doing it twice is harmless."""
    database = open_database(database_url)
    try:
        await upgrade(database)
    finally:
        await database.close()


async def upgrade(database: Database) -> None:
    """Bring an open database up to date, in one transaction."""
    if await database.read(revision) == head():
        return
    await database.write_long(import_module("storage.migrations.running").upgrade)


def revision(conn: Connection) -> str:
    """Return what a database is at, "" before its first migration."""
    if not conn.dialect.has_table(plain(conn), "alembic_version"):
        return ""
    return conn.scalar(text("SELECT version_num FROM alembic_version")) or ""


@cache
def head() -> str:
    """Return the newest revision: the one that no other follows."""
    named = [found for script in _SCRIPTS.glob("*.py") for found in _NAMED.findall(script.read_text("utf-8"))]
    followed = {name for kind, name in named if kind == "down_revision"}
    newest: str
    [newest] = {name for kind, name in named if kind == "revision"} - followed
    return newest
