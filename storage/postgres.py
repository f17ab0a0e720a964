"""PostgreSQL through asyncpg: one function, one transaction; other processes hear of commits by NOTIFY.

Nothing waits for ever: a connection, a place in the pool, a statement and a lock each have their limit,
on our side and on the server's. Whether a COMMIT whose reply was lost went through is not guessed: what
is tried again is held to its key or its fence.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from handlers.errors import StorageAway
from storage.row_settings import EVERY, SETTING, begun
from storage.states import Wake
from storage.trouble import Trouble

T = TypeVar("T")

NOTIFY_CHANNEL: Final = "yorisoi"
COALESCE_SECONDS: Final = 0.05
GRACE_SECONDS: Final = 2.0
_POOL: Final = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each part of a call may take, in seconds.

    `answer` is for a server that says nothing at all; it is longer than a statement may take.
    """

    connect: float = 5
    statement: float = 15
    answer: float = 20
    place: float = 10


class PostgresDatabase:
    """A PostgreSQL database (≥ 14), shared by any number of processes."""

    dialect = "postgresql"

    def __init__(self, url: URL, limits: Limits = Limits()) -> None:
        """Take a postgresql+asyncpg URL; nothing is connected yet."""
        self.url = url
        self.limits = limits
        self.trouble = Trouble()
        self._engine = create_async_engine(
            url,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_timeout=limits.place,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's text must not hold what a patient said
            connect_args=_connect_args(limits),
        )
        self._reader = self._engine.execution_options(postgresql_readonly=True)
        self._subscribers: list[Callable[[Wake], None]] = []
        self._notices: set[asyncio.Task[None]] = set()
        self._notice_waits = False
        self._calls: set[asyncio.Task[Any]] = set()

    async def write(self, fn: Callable[[Connection], T], *, wakes: tuple[Wake, ...] = ()) -> T:
        """Run `fn` in a transaction of its own; who is cancelled meanwhile does not stop it."""
        return await self._whole(self._write(fn, wakes))

    async def _write(self, fn: Callable[[Connection], T], wakes: tuple[Wake, ...]) -> T:
        with self.trouble.watching():
            async with self._engine.begin() as conn:
                result = await conn.run_sync(fn)
        self.trouble.end()
        if wakes:
            self._wake(wakes)
        return result

    async def write_long(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a transaction that may take hours: no limit but the one on connecting."""
        unlimited = Limits(self.limits.connect, statement=0, answer=0)
        engine = create_async_engine(
            self.url, poolclass=NullPool, hide_parameters=True, connect_args=_connect_args(unlimited)
        )
        try:
            with self.trouble.watching():
                async with engine.begin() as conn:
                    return await conn.run_sync(fn)
        finally:
            await engine.dispose()

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Run `fn` in a read-only transaction; a brief one is like the others here."""
        return await self._whole(self._read(fn))

    async def _read(self, fn: Callable[[Connection], T]) -> T:
        with self.trouble.watching(reads=True):
            async with self._reader.begin() as conn:
                result = await conn.run_sync(fn)
        self.trouble.end()
        return result

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Call `callback` in the event loop after every commit of this process that brought work."""
        self._subscribers.append(callback)

    async def close(self) -> None:
        """Let end what is under way, send a waiting notice, and close all connections.

        A connection that is in use when the pool is given up would never be closed.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while waiting := self._calls | self._notices:
                    await asyncio.wait(waiting)
        await self._engine.dispose()

    async def _whole(self, call: Coroutine[Any, Any, T]) -> T:
        """Run the call to its end, as the writer thread of SQLite does, whatever becomes of who waits for it.

        One that is stopped while it connects would leave its connection to nobody.
        """
        task = asyncio.create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return await asyncio.shield(task)

    def _wake(self, wakes: tuple[Wake, ...]) -> None:
        for callback in self._subscribers:
            for wake in wakes:
                callback(wake)
        if self._notice_waits:
            return
        self._notice_waits = True
        notice = asyncio.create_task(self._notify_soon())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)

    async def _notify_soon(self) -> None:
        """Tell the other processes, once for all commits of these milliseconds.

        A notice that is lost costs nothing but time: the scheduler's tick looks anyway.
        """
        await asyncio.sleep(COALESCE_SECONDS)
        self._notice_waits = False
        with suppress(StorageAway):
            await self.write(_notify)


class _ScopedConnection(asyncpg.Connection):  # type: ignore[misc] # asyncpg brings no types
    """A connection whose transactions say at their beginning for which clinic they work."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> Any:
        """Run a statement."""
        return await super().execute(begun(query), *args, timeout=timeout)


def _notify(conn: Connection) -> None:
    conn.execute(text(f"NOTIFY {NOTIFY_CHANNEL}"))


def _connect_args(limits: Limits) -> dict[str, Any]:
    """Return what asyncpg is told; 0 is no limit."""
    return {
        "connection_class": _ScopedConnection,
        "timeout": limits.connect,
        "command_timeout": limits.answer or None,
        "server_settings": _server_settings(limits),
    }


def _server_settings(limits: Limits) -> dict[str, Any]:
    """Return what the server keeps: it also frees the locks of a machine that was unplugged."""
    statement = str(int(limits.statement * 1000))
    return {
        "statement_timeout": statement,
        "lock_timeout": statement,
        "idle_in_transaction_session_timeout": statement,
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
        "timezone": "UTC",
        SETTING: EVERY,
    }
