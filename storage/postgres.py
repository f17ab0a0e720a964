"""PostgreSQL through asyncpg: one function, one transaction; other processes hear of commits by NOTIFY."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.states import Wake

T = TypeVar("T")

NOTIFY_CHANNEL: Final = "yorisoi"
COALESCE_SECONDS: Final = 0.05
CONNECT_SECONDS: Final = 5
STATEMENT_SECONDS: Final = 30
_POOL: Final = 10


class PostgresDatabase:
    """A PostgreSQL database (≥ 14), shared by any number of processes."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        """Take a postgresql+asyncpg URL; nothing is connected yet."""
        self.url = url
        limits = {
            "statement_timeout": str(STATEMENT_SECONDS * 1000),
            "idle_in_transaction_session_timeout": str(STATEMENT_SECONDS * 1000),
            "timezone": "UTC",
        }
        self._engine = create_async_engine(
            url,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_timeout=STATEMENT_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's text must not hold what a patient said
            connect_args={
                "timeout": CONNECT_SECONDS,
                "command_timeout": STATEMENT_SECONDS + CONNECT_SECONDS,
                "server_settings": limits,
            },
        )
        self._reader = self._engine.execution_options(postgresql_readonly=True)
        self._subscribers: list[Callable[[Wake], None]] = []
        self._notices: set[asyncio.Task[None]] = set()
        self._notice_waits = False

    async def write(self, fn: Callable[[Connection], T], *, wakes: tuple[Wake, ...] = ()) -> T:
        """Run `fn` in a transaction of its own."""
        async with self._engine.begin() as conn:
            result = await conn.run_sync(fn)
        if wakes:
            self._wake(wakes)
        return result

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Run `fn` in a read-only transaction; a brief one is like the others here."""
        async with self._reader.begin() as conn:
            return await conn.run_sync(fn)

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Call `callback` in the event loop after every commit of this process that brought work."""
        self._subscribers.append(callback)

    async def close(self) -> None:
        """Send a waiting notice and close all connections."""
        await asyncio.gather(*self._notices)
        await self._engine.dispose()

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
        with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
            async with self._engine.begin() as conn:
                await conn.execute(text(f"NOTIFY {NOTIFY_CHANNEL}"))
