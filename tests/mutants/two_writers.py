"""`python -m tests.mutants.two_writers`: two processes write to one SQLite file through the product's door.

Each transaction reads a counter and then adds to it: what fails at once where a transaction begins as
a reader. The simulation can't see that, because it brings a database of its own.
"""

import argparse
import asyncio
import json
import sys
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, select, update

from storage.engine import open_database
from storage.migrations import upgrade
from storage.tables import meta

WRITERS = 2
IS_COUNTER = meta.c.name == "counter"

INVARIANTS = {
    "database-locked": "no transaction finds the database locked",
    "addition-lost": "what was committed is there, once",
}


def main():
    options = argparse.ArgumentParser(prog="python -m tests.mutants.two_writers")
    options.add_argument("--n", type=int, default=300, help="transactions of each")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with TemporaryDirectory(prefix="yorisoi-writers-") as folder:
        report = _run(f"sqlite:///{Path(folder) / 'yorisoi.db'}", asked.n)
    sys.stdout.write(f"{json.dumps(report)}\n")
    sys.exit(0 if report["ok"] else 1)


def _run(url, number):
    asyncio.run(_prepare(url))
    with get_context("spawn").Pool(WRITERS) as pool:
        outcomes = pool.starmap(_write, [(url, number)] * WRITERS, chunksize=1)
    done, locked = (sum(column) for column in zip(*outcomes, strict=True))
    counted = asyncio.run(_counted(url))
    found = {"database-locked": locked, "addition-lost": abs(done - counted)}
    violations = {name: times for name, times in found.items() if times}
    return {"ok": not violations, "violations": violations, "figures": {"both: answers": done}}


async def _prepare(url):
    database = open_database(url)
    await upgrade(database)
    await database.write(lambda conn: conn.execute(insert(meta).values(name="counter", value="0")))
    await database.close()


def _write(url, number):
    """Add so often; return how often it succeeded and how often the database was locked."""
    return asyncio.run(_writing(url, number))


async def _writing(url, number):
    database, done, locked = open_database(url), 0, 0
    for _ in range(number):
        try:
            await database.write(_add)
            done += 1
        except Exception as error:
            if "locked" not in f"{error} {error.__cause__} {getattr(error.__cause__, 'orig', '')}":
                raise
            locked += 1
    await database.close()
    return done, locked


def _add(conn):
    value = int(conn.scalar(select(meta.c.value).where(IS_COUNTER)))
    conn.execute(update(meta).where(IS_COUNTER).values(value=str(value + 1)))


async def _counted(url):
    database = open_database(url)
    value = await database.read(lambda conn: conn.scalar(select(meta.c.value).where(IS_COUNTER)))
    await database.close()
    return int(value)


if __name__ == "__main__":
    main()
