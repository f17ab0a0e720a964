"""What the product asks of its database, written down, so that plain sqlite3 can do the same again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, event

from storage.engine import Database
from storage.prepared import plain
from storage.states import Wake

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with the values bound to it; `many` values are run one after another."""

    sql: str
    values: Any
    many: bool


@dataclass(frozen=True, slots=True)
class Transaction:
    """The statements between a BEGIN and its COMMIT."""

    writes: bool
    statements: tuple[Statement, ...]


class TapedDatabase:
    """A database that notes every transaction on its way through. Implements storage's Database."""

    dialect = "sqlite"

    def __init__(self, inner: Database) -> None:
        """Begin with an empty tape."""
        self._inner = inner
        self._tape: list[Transaction] = []

    def take_tape(self) -> list[Transaction]:
        """Return what was noted since the last call, in the order of its end."""
        taken, self._tape = self._tape, []
        return taken

    async def write(self, fn: Callable[[Connection], T], *, wakes: tuple[Wake, ...] = ()) -> T:
        """Write, and note it."""
        return await self._inner.write(lambda conn: self._noted(conn, fn, writes=True), wakes=wakes)

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Read, and note it."""
        return await self._inner.read(lambda conn: self._noted(conn, fn, writes=False), brief=brief)

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Pass it on."""
        self._inner.subscribe(callback)

    async def close(self) -> None:
        """Pass it on."""
        await self._inner.close()

    def _noted(self, conn: Connection, fn: Callable[[Connection], T], *, writes: bool) -> T:
        with _listening(conn) as statements:
            result = fn(conn)
        self._tape.append(Transaction(writes, tuple(statements)))
        return result


@contextmanager
def _listening(conn: Connection) -> Iterator[list[Statement]]:
    heard: list[Statement] = []

    def note(_: Any, __: Any, sql: str, values: Any, ___: Any, many: bool) -> None:  # noqa: FBT001
        heard.append(Statement(sql, values, many))

    conn = plain(conn)
    event.listen(conn, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(conn, "before_cursor_execute", note)
