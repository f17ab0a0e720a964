"""The database behind one small door: `write` and `read` a plain function of a connection.

All SQL is SQLAlchemy Core in synchronous functions `fn(conn) -> T`. On SQLite they run whole in the
one writer thread or on a read-only connection; on PostgreSQL each is one asyncpg transaction.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from handlers.errors import SettingError
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from storage.states import Wake
from storage.trouble import Trouble

T = TypeVar("T")


class Database(Protocol):
    """A database that is open."""

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        ...

    @property
    def trouble(self) -> Trouble:
        """Return what keeps the database from working right now."""
        ...

    async def write(self, fn: Callable[[Connection], T], *, wakes: tuple[Wake, ...] = ()) -> T:
        """Run `fn` in a transaction and commit; an exception undoes it alone and is raised here.

        After the commit the subscribers hear `wakes`. StorageAway says that the database does not work,
        or that a commit's reply was lost.
        """
        ...

    async def write_long(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a transaction that may take as long as it needs: a migration."""
        ...

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Run `fn` on one consistent view of what is committed; it can't write.

        `brief` says that it takes a moment only: a case by its keys, never a list. Raise StorageAway.
        """
        ...

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Call `callback` in the event loop after every commit that brought work."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of all connections."""
        ...


def open_database(url: str) -> Database:
    """Open the database at `url` (sqlite:///path or postgresql://…); raise SettingError for others."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingError(_MEND) from None
    match parsed.get_backend_name():
        case "sqlite":
            return SqliteDatabase(parsed.database or "")
        case "postgresql":
            return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"))
        case _:
            raise SettingError(_MEND)


_MEND = "YORISOI_DATABASE_URL must be sqlite:///path/to/file or postgresql://user@host/name"
