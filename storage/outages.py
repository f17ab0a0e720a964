"""When a database is away: down, cut off, full, too slow. Told apart from errors of what was asked."""

import errno
import sqlite3
from typing import Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, TimeoutError as NoConnectionFree

from handlers.errors import StorageAway

FILES_AWAY: Final = "files"
"""Where files lie is out of reach."""
DISK_FULL: Final = "disk-full"
READ_ONLY: Final = "read-only"
SLOW: Final = "slow"

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""What a file that is being written meets on a disk that takes nothing more."""

_SQLITE: Final = {
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_IOERR: "input-output",
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "cannot-open",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_NOMEM: "no-memory",
}
_POSTGRES: Final = {
    "57014": SLOW,  # a statement took longer than it may
    "55P03": SLOW,  # a lock did
    "53100": DISK_FULL,
    "25006": READ_ONLY,  # a standby, or a disk that the server no longer writes to
    "3D000": "no-such-database",
}
_POSTGRES_CLASSES: Final = {
    "08": "connection",
    "28": "refused",
    "53": "no-room",
    "57": "down",
    "58": "input-output",
}


def outage_of(error: BaseException) -> StorageAway | None:
    """Return what keeps the database from working, or None if the error is the asker's own."""
    if isinstance(error, StorageAway):
        return error
    code = _code(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    return StorageAway(code, passes=code != SLOW) if code else None


def _code(error: BaseException) -> str:
    """Return a short word for an outage, or "" for an error of another kind."""
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
    if isinstance(error, NoConnectionFree):
        return "no-connection-free"
    state = str(getattr(error, "sqlstate", None) or "")
    if state:
        return _POSTGRES.get(state) or _POSTGRES_CLASSES.get(state[:2], "")
    if isinstance(error, TimeoutError):
        return "timeout"
    return "connection" if _is_lost_connection(error) else ""


def _is_lost_connection(error: BaseException) -> bool:
    """Say whether a connection broke, or never came to be.

    asyncpg's own complaints have no SQLSTATE; SQLAlchemy wraps them and keeps the first in `__cause__`.
    """
    return any(_is_broken(cause) for cause in (error, error.__cause__) if cause is not None)


def _is_broken(error: BaseException) -> bool:
    # asyncpg says in the same way that a value does not fit: those are ValueErrors too.
    return isinstance(error, OSError | asyncpg.InterfaceError) and not isinstance(error, ValueError)
