"""SQLite: one thread writes with group commit, a few read-only connections read.

Exactly one connection writes and checkpoints: SQLite before 3.51.3 can damage a WAL that two
connections write or checkpoint at once.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from storage.prepared import driver_of, prepared
from storage.states import Wake
from storage.threads import Job, Queue, RunGroup, Worker, submit
from storage.trouble import Trouble

T = TypeVar("T")

READERS: Final = 2
STATEMENTS: Final = 512
"""So many statements SQLite keeps parsed: all that we have, where the driver's 128 would be used up."""
PRAGMAS: Final = (
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
)


class SqliteDatabase:
    """A SQLite file, or an in-memory database (empty path) that lives as long as this object."""

    dialect = "sqlite"

    def __init__(self, path: str) -> None:
        """Note where the file is; threads start with the first use."""
        self.trouble = Trouble()
        self._path = "" if path in {"", ":memory:"} else path
        self._writes: Queue = SimpleQueue()
        self._reads: Queue = SimpleQueue() if self._path else self._writes
        self._subscribers: list[Callable[[Wake], None]] = []
        self._workers: list[Worker] = []
        self._glance: tuple[Engine, Connection] | None = None

    async def write(self, fn: Callable[[Connection], T], *, wakes: tuple[Wake, ...] = ()) -> T:
        """Run `fn` in the writer thread, in its own savepoint of a group's transaction."""
        with self.trouble.watching():
            self._start()
            result: T = await submit(self._writes, fn, (lambda: self._wake(wakes)) if wakes else None)
            return result

    async def write_long(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` like `write`: here nothing limits how long it takes."""
        return await self.write(fn)

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Run `fn` on a read-only connection.

        A `brief` one (one case, by its keys) runs at once where it is called: handing it to a thread
        and back would take longer than reading does.
        """
        with self.trouble.watching(reads=True):
            self._start()
            if brief and self._path:
                return _read_now(self._own_connection(), fn)
            result: T = await submit(self._reads, fn)
            return result

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Call `callback` in the event loop after every commit that brought work."""
        self._subscribers.append(callback)

    async def close(self) -> None:
        """Finish what is queued, checkpoint and close."""
        workers, self._workers = self._workers, []
        if self._glance is not None:
            self._glance[0].dispose()
            self._glance = None
        for worker in workers[1:]:
            worker.queue.put(None)
        for worker in workers[1:]:
            await asyncio.to_thread(worker.join)
        for worker in workers[:1]:  # the writer last: the last connection checkpoints and removes the WAL
            worker.queue.put(None)
            await asyncio.to_thread(worker.join)

    def _own_connection(self) -> Connection:
        if self._glance is None:
            engine = _engine(self._path, read_only=True)
            self._glance = engine, prepared(engine.connect())
        return self._glance[1]

    def _start(self) -> None:
        if self._workers:
            return
        if self._path:
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        self._workers = [_writer(self._writes, self._path, self.trouble.end)]
        if self._path:
            self._workers += [_reader(number, self._reads, self._path) for number in range(READERS)]

    def _wake(self, wakes: tuple[Wake, ...]) -> None:
        for callback in self._subscribers:
            for wake in wakes:
                callback(wake)


def _writer(queue: Queue, path: str, on_written: Callable[[], None]) -> Worker:
    """Return the one thread that writes; it calls `on_written` after a commit that changed something."""
    engine = _engine(path, read_only=False)

    def start_up() -> RunGroup:
        conn = prepared(engine.connect())
        driver = driver_of(conn)

        def run_group(jobs: list[Job]) -> None:
            before = driver.total_changes
            _write_group(conn, driver, jobs)
            if driver.total_changes != before:
                on_written()

        return run_group

    return Worker("yorisoi-sqlite-writer", queue, start_up, engine.dispose)


def _reader(number: int, queue: Queue, path: str) -> Worker:
    engine = _engine(path, read_only=True)

    def start_up() -> RunGroup:
        conn = prepared(engine.connect())
        return lambda jobs: _read_group(conn, jobs)

    return Worker(f"yorisoi-sqlite-reader-{number}", queue, start_up, engine.dispose)


def _engine(path: str, *, read_only: bool) -> Engine:
    url = f"sqlite:///{Path(path).absolute()}" if path else "sqlite://"
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": STATEMENTS},
        poolclass=StaticPool,
        skip_autocommit_rollback=True,
        hide_parameters=True,  # an error's text must not hold what a patient said
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _: Any) -> None:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        connection.execute("PRAGMA query_only=ON" if read_only else "PRAGMA journal_mode=WAL")

    return engine


def _write_group(conn: Connection, driver: Any, jobs: list[Job]) -> None:
    """Run every function in its own savepoint, then commit all of them at once; a lone one needs none."""
    driver.execute("BEGIN IMMEDIATE")
    try:
        if len(jobs) == 1:
            jobs[0].result = jobs[0].fn(conn)
        else:
            _run_all(conn, driver, jobs)
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        raise


def _run_all(conn: Connection, driver: Any, jobs: list[Job]) -> None:
    for job in jobs:
        driver.execute("SAVEPOINT job")
        try:
            job.result = job.fn(conn)
        except Exception as error:
            job.error = error
            if not driver.in_transaction:  # a full disk: SQLite has undone the neighbours too
                raise
            driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")


def _read_group(conn: Connection, jobs: list[Job]) -> None:
    def read_all(conn: Connection) -> None:
        for job in jobs:
            try:
                job.result = job.fn(conn)
            except Exception as error:  # noqa: BLE001 - it belongs to the one who waits for this job
                job.error = error

    _read_now(conn, read_all)


def _read_now(conn: Connection, fn: Callable[[Connection], T]) -> T:
    driver = driver_of(conn)
    driver.execute("BEGIN")
    try:
        return fn(conn)
    finally:
        driver.execute("COMMIT")
