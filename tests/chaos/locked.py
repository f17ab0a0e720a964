"""Four tasks that write without a pause, and other processes that read: nobody finds SQLite locked."""

import asyncio
import sqlite3
import time
from collections import Counter

from sqlalchemy import Integer, Text, insert, select, update

from storage.engine import open_database
from storage.migrations import upgrade
from storage.tables import meta
from tests.chaos.figures import Figure, say
from tests.chaos.fleet import Fleet

TASKS = 4
REST_SECONDS = 0.02
EVERY = 16
"""After so many transactions a task reads too, through the readers."""

_COUNT = select(meta.c.value)
_MORE = update(meta).values(value=(meta.c.value.cast(Integer) + 1).cast(Text))


class Writers:
    """Each adds one to the common counter and to its own, having looked at both first."""

    def __init__(self, database):
        self._database = database
        self.faults = Counter()

    async def begin(self):
        for name in ("all", *map(str, range(TASKS))):
            await self._database.write(
                lambda conn, name=name: conn.execute(insert(meta).values(name=name, value="0"))
            )

    async def write(self, task, number):
        for done in range(number):
            try:
                await self._database.write(lambda conn: _add(conn, str(task)))
                if done % EVERY == 0:
                    await self._database.read(lambda conn: conn.scalar(_COUNT.where(meta.c.name == "all")))
            except Exception as error:  # noqa: BLE001 - each kind is counted
                cause = getattr(error.__cause__, "orig", None) or error.__cause__ or error
                self.faults[f"{type(error).__name__}: {cause}"] += 1

    async def counted(self):
        rows = await self._database.read(lambda conn: conn.execute(select(meta.c.name, meta.c.value)).all())
        return {name: int(value) for name, value in rows if value.isdecimal()}


def _add(conn, task):
    """Read, then write: what fails at once where a transaction begins as a reader."""
    conn.scalar(_COUNT.where(meta.c.name == "all"))
    for name in ("all", task):
        conn.execute(_MORE.where(meta.c.name == name))


async def run(folder, total):
    """Return the figures of `total` transactions."""
    url = f"sqlite:///{folder}/yorisoi.db"
    reading = Fleet(folder, url)
    await reading.run("staff", "add", "anna@clinic.example")
    database = open_database(url)
    await upgrade(database)
    writers = Writers(database)
    await writers.begin()
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    begun = loop.time()
    others = asyncio.create_task(_read_elsewhere(reading, over))
    rows = asyncio.create_task(asyncio.to_thread(_read_raw, folder / "yorisoi.db", over))
    watching = asyncio.create_task(_progress(database))
    await asyncio.gather(*(writers.write(task, total // TASKS) for task in range(TASKS)))
    seconds = loop.time() - begun
    over.set()
    watching.cancel()
    exports, (raw, raw_faults) = await others, await rows
    counted = await writers.counted()
    await database.close()
    for words, times in writers.faults.items():
        say(f"    {times} times: {words}")
    locked = sum(times for words, times in writers.faults.items() if "locked" in words)
    wanted = total // TASKS * TASKS
    return [
        Figure("transactions of 4 tasks", wanted, total - TASKS, least=True),
        Figure("a second", wanted / seconds),
        Figure("meanwhile: exports by another process", exports, 1, least=True),
        Figure("meanwhile: reads by a plain SQLite connection", raw, 1, least=True),
        Figure("times that the database was locked", locked + raw_faults, 0),
        Figure("other faults", sum(writers.faults.values()) - locked, 0),
        Figure("additions lost", abs(wanted - counted["all"]) + abs(wanted - _own(counted)), 0),
    ]


def _own(counted):
    return sum(counted[str(task)] for task in range(TASKS))


async def _read_elsewhere(product, over):
    """Export in a process of its own until `over`; return how often."""
    times = 0
    while not over.is_set() or not times:
        await product.run("export", "--contract", "--json")
        await product.run("patients", "--json")
        times += 1
    return times


def _read_raw(path, over):
    """Read as any other program would, without patience; return how often, and how often it was locked."""
    times = faults = 0
    while not over.is_set() or not times:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0)
        try:
            for _ in range(50):
                connection.execute("SELECT count(*) FROM meta").fetchone()
                times += 1
        except sqlite3.OperationalError:
            faults += 1
        finally:
            connection.close()
        time.sleep(REST_SECONDS)
    return times, faults


async def _progress(database):
    while True:
        await asyncio.sleep(10)
        done = await database.read(lambda conn: conn.scalar(_COUNT.where(meta.c.name == "all")))
        say(f"    {int(done):,} transactions")
