"""How much is open in the database of a life, seen by a connection of its own beside the product's."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import asyncpg

from bot.clock import FileClock
from tests.crash.hooks import plain_connection

OPEN = {
    "inbox": "SELECT count(*) FROM inbox WHERE state = 'new'",
    "outbox": "SELECT count(*) FROM outbox"
    " WHERE state = 'sending' OR (state = 'queued' AND not_before <= {now})",
    "follow_ups": "SELECT count(*) FROM follow_ups WHERE next_at <= {now}",
    "documents": "SELECT count(*) FROM documents WHERE state = 'pending'",
}
"""What is open in a database, business time being `now`."""

PATIENCE = 5.0


def looker_at(environment):
    """Return what counts the open work of a process with these settings."""
    url, clock = environment["YORISOI_DATABASE_URL"], FileClock(Path(environment["YORISOI_CLOCK_FILE"]))
    if url.startswith("sqlite:///"):
        return _InFile(url.removeprefix("sqlite:///"), clock)
    return _AtServer(url, clock)


class _InFile:
    """Looks into a SQLite file."""

    each = 0.25

    def __init__(self, path, clock):
        self._path, self._clock = path, clock

    def count(self):
        """Return how much of each kind is open; {}: it could not be seen."""
        connection = plain_connection(self._path)
        try:
            moment = f"'{self._clock.now():%Y-%m-%d %H:%M:%S.%f}'"
            return {
                name: connection.execute(sql.format(now=moment)).fetchone()[0] for name, sql in OPEN.items()
            }
        except sqlite3.OperationalError:
            return {}
        finally:
            connection.close()


class _AtServer:
    """Asks PostgreSQL on one connection, in a loop and a thread of its own: connecting is what costs."""

    each = 0.4

    def __init__(self, url, clock):
        self._url, self._clock = url, clock
        self._lock = threading.Lock()
        self._loop = self._connection = None

    def count(self):
        """Return how much of each kind is open; {}: it could not be seen."""
        moment = f"'{self._clock.now().isoformat()}'::timestamptz"
        sql = ", ".join(f"({sql.format(now=moment)}) AS {name}" for name, sql in OPEN.items())
        with self._lock:
            try:
                return self._done(self._ask(f"SELECT {sql}"))
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                return {}

    def _done(self, coroutine):
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, daemon=True).start()
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    async def _ask(self, sql):
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, timeout=PATIENCE, statement_cache_size=0)
        return dict(await self._connection.fetchrow(sql))
