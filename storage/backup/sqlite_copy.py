"""A consistent copy of a SQLite file while it is being written, and the examination of one."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from handlers.errors import SettingError
from storage.backup.archive import BackupBroken
from storage.backup.key_store import StoredKey, put_keys, take_keys

NAME: Final = "yorisoi.db"
DAMAGED: Final = "this backup's database is damaged. Take another one"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"


def copy(database: Path, into: Path) -> dict[str, int]:
    """Copy the committed state into a new file; return how many rows each table has.

    The connection reads alone: it neither writes nor checkpoints, so a running server loses nothing.
    """
    if not database.exists():
        raise SettingError(f"YORISOI_DATABASE_URL: there is no database at {database}. Correct it")
    with closing(sqlite3.connect(f"file:{database.absolute()}?mode=ro", uri=True, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(into),))
    into.chmod(0o600)
    return rows_of(into)


def split(copied: Path) -> list[StoredKey]:
    """Take the wrapped keys out of a copy, to the last byte, and return them."""
    with create_engine(f"sqlite:///{copied}", poolclass=NullPool).begin() as conn:
        keys = take_keys(conn)
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("VACUUM")
    return keys


def join(copied: Path, keys: Iterable[StoredKey]) -> None:
    """Put wrapped keys back into a copy."""
    with create_engine(f"sqlite:///{copied}", poolclass=NullPool).begin() as conn:
        put_keys(conn, keys)


def rows_of(copied: Path) -> dict[str, int]:
    """Return how many rows each table of a copy has; raise BackupBroken if it is damaged."""
    where = f"file:{copied.absolute()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(where, uri=True)) as connection:
            [[found]] = connection.execute("PRAGMA integrity_check").fetchall()
            if found != "ok":
                raise BackupBroken(DAMAGED)
            names = [name for (name,) in connection.execute(_TABLES)]
            return {name: _count(connection, name) for name in names}
    except sqlite3.Error:
        raise BackupBroken(DAMAGED) from None


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - out of the schema
    return int(count)
