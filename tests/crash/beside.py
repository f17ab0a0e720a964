"""What the driver does in the database itself, beside the product, between two of its lives."""

import sqlite3
from contextlib import closing, suppress

import asyncpg

LEASED = ("inbox", "outbox", "follow_ups", "documents", "channel_accounts")
EARLIER = "SET lease_until = lease_until - interval '1 hour' WHERE lease_until IS NOT NULL"
WORN = "SELECT count(*) FROM documents WHERE state = 'pending' AND attempts >= 3"
"""Files that are refused if the product dies over them twice more."""

DEADLOCKS = 5


async def make_ready(database_url):
    """Let what a dead worker had leased be free, as if that time had passed; return how many files are worn.

    On SQLite the product frees it itself when it starts. To move the machine's clock instead would be
    no good: the product asks the server's clock, and does not follow such a jump.
    """
    if database_url.startswith("sqlite"):
        return _worn_in_sqlite(database_url.removeprefix("sqlite:///"))
    connection = await asyncpg.connect(database_url)
    for table in LEASED:
        await _insist(connection, f"UPDATE {table} {EARLIER}")
    worn = await connection.fetchval(WORN)
    await connection.close()
    return worn


def _worn_in_sqlite(path):
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as connection,
    ):
        return connection.execute(WORN).fetchone()[0]
    return 0


async def _insist(connection, sql):
    """Do it again where the server ended it because of a deadlock with what others write."""
    for _ in range(DEADLOCKS):
        with suppress(asyncpg.DeadlockDetectedError):
            return await connection.execute(sql)
    return await connection.execute(sql)
