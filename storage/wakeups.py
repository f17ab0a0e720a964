"""Hearing of other processes' commits: PostgreSQL's LISTEN on a connection of its own.

A notice is empty: it only says "look again". After each reconnect the callback runs too, because
notices that came in between are lost. Without any of this the scheduler's tick still looks.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL

from storage.engine import Database
from storage.postgres import NOTIFY_CHANNEL, PostgresDatabase

PROBE_SECONDS: Final = 30
"""How often a silent connection is asked whether it still lives."""

LONGEST_PAUSE: Final = 10.0
_FAILURES: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def listen(database: Database, callback: Callable[[], None]) -> None:
    """Call `callback` for every notice and after every (re)connect, until cancelled.

    Returns at once on SQLite, where no other process can write.
    """
    if not isinstance(database, PostgresDatabase):
        return
    pause = 0.1
    while True:
        try:
            await _listen_once(database.url, callback, database.limits.connect)
            pause = 0.1
        except _FAILURES:
            pause = min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects, hides nothing


async def _listen_once(url: URL, callback: Callable[[], None], seconds: float) -> None:
    """Listen on one connection until it is lost; each of its answers may take `seconds`."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await _connected(asyncpg.connect(address, timeout=seconds, command_timeout=seconds))
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    try:
        await connection.add_listener(NOTIFY_CHANNEL, lambda *_: callback())
        callback()
        while not lost.is_set():
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    await lost.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")
    finally:
        connection.terminate()


async def _connected(connecting: Awaitable[Any]) -> Any:
    """Return the connection; who is cancelled meanwhile sees it through and ends it.

    asyncpg leaves an exception behind that nobody looks at when it is stopped half way.
    """
    task = asyncio.ensure_future(connecting)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(*_FAILURES):
            (await task).terminate()
        raise
