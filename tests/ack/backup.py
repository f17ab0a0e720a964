"""`python -m tests.ack.backup URL FOLDER`: whole copies of a database, one after the other, until ended.

What a backup does to a database at work: SQLite's own copy by VACUUM INTO, which reads one consistent
view; on PostgreSQL one transaction of repeatable reads that copies every table out, as pg_dump does.
Prints one line a copy.
"""

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

import asyncpg

TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"


def of_sqlite(path, to):
    """Copy a SQLite file while others write it."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)
    try:
        connection.execute("VACUUM INTO ?", (str(to),))
    finally:
        connection.close()


async def of_postgres(url, to):
    """Copy every table out, in one view of them all."""
    connection = await asyncpg.connect(url)
    try:
        with to.open("wb") as file:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                for row in await connection.fetch(TABLES):
                    await connection.execute(f"LOCK TABLE {row[0]} IN ACCESS SHARE MODE")
                    await connection.copy_from_query(f"SELECT * FROM {row[0]}", output=file)
    finally:
        await connection.close()


def main():
    """Copy until somebody ends this process; it steps back behind those that serve, as a backup should."""
    os.nice(10)
    url, folder = sys.argv[1], Path(sys.argv[2])
    to = folder / "copy"
    while True:
        to.unlink(missing_ok=True)
        if url.startswith("sqlite:///"):
            of_sqlite(url.removeprefix("sqlite:///"), to)
        else:
            asyncio.run(of_postgres(url, to))
        sys.stdout.write(f"{to.stat().st_size}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
