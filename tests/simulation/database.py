"""One database for all simulated processes: SQLite in memory, run inside the loop, faults by seed.

`Server` is the database, `Door` what a process holds of it (storage.engine.Database). Jobs are
grouped into one commit as storage/sqlite.py does it: each function in a savepoint of its own.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from handlers.errors import StorageAway
from storage.prepared import driver_of, prepared
from storage.sqlite import STATEMENTS
from tests.simulation.loop import OUTSIDE

_PRAGMAS = ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=OFF", "PRAGMA temp_store=MEMORY")
GROUP = 64


@dataclass(slots=True)
class Job:
    """A function that waits for its transaction."""

    fn: Any
    future: Any
    owner: Any
    wakes: tuple = ()
    result: Any = None
    error: BaseException | None = None
    lost: bool = False
    kills: bool = False


class Server:
    """The database itself. `faults` says what goes wrong (faults.Faults)."""

    def __init__(self, loop, template, faults):
        self._loop = loop
        self._faults = faults
        self._engine = create_engine(
            "sqlite://",
            connect_args={
                "isolation_level": None,
                "check_same_thread": False,
                "cached_statements": STATEMENTS,
            },
            poolclass=StaticPool,
            skip_autocommit_rollback=True,
            hide_parameters=True,
        )
        self.conn = prepared(self._engine.connect())
        self.driver = driver_of(self.conn)
        _fill(self.driver, template)
        for pragma in _PRAGMAS:
            self.driver.execute(pragma)
        self._jobs = []
        self._working_for = ""
        self._armed = False
        self._doors = []
        self.transactions = 0
        self.jobs_begun = 0

    def open(self, owner):
        """Return a process's door."""
        door = Door(self, owner)
        self._doors.append(door)
        return door

    def shut(self, door):
        """Forget the door of a dead process; what it had asked for and not got is undone."""
        self._doors.remove(door)
        self._jobs = [job for job in self._jobs if job.owner is not door.owner or self._faults.arrives()]

    def submit(self, door, fn, wakes):
        """Put a function into the next group; return a future for its result."""
        future = self._loop.create_future()
        self._jobs.append(Job(fn, future, door.owner, wakes))
        if not self._armed:
            self._armed = True
            self._loop.call_later(self._faults.database_delay(), self._flush, context=OUTSIDE)
        return future

    def read(self, fn, owner):
        """Run a reading function now."""
        if self._faults.refuses_read():
            self._faults.disturb(owner)
            raise broken("busy")
        self.driver.execute("BEGIN")
        try:
            return fn(self.conn)
        finally:
            self.driver.execute("COMMIT")

    def who(self):
        """Return the name of the process whose job runs now."""
        return self._working_for

    def close(self):
        """Let go of everything."""
        self.conn.close()
        self._engine.dispose()

    def _flush(self):
        self._armed = False
        jobs, self._jobs = self._jobs[:GROUP], self._jobs[GROUP:]
        if self._jobs:
            self._armed = True
            self._loop.call_soon(self._flush, context=OUTSIDE)
        for job in jobs:
            self._faults.strike(job)
        self._run([job for job in jobs if job.error is None])
        for job in jobs:
            if job.kills:
                self._faults.kill(job.owner)
            _resolve(job)
        self._tell([job for job in jobs if job.error is None and job.wakes])

    def _run(self, jobs):
        if not jobs:
            return
        self.transactions += 1
        execute = self.driver.execute
        execute("BEGIN IMMEDIATE")
        if len(jobs) == 1:
            self._run_alone(jobs[0])
            return
        for job in jobs:
            self._working_for, self.jobs_begun = job.owner.name, self.jobs_begun + 1
            execute("SAVEPOINT job")
            try:
                job.result = job.fn(self.conn)
            except Exception as error:  # noqa: BLE001  it belongs to the one who waits for this job
                job.error = error
                execute("ROLLBACK TO job")
            execute("RELEASE job")
        execute("COMMIT")

    def _run_alone(self, job):
        self._working_for, self.jobs_begun = job.owner.name, self.jobs_begun + 1
        try:
            job.result = job.fn(self.conn)
        except Exception as error:  # noqa: BLE001  it belongs to the one who waits for this job
            job.error = error
            self.driver.execute("ROLLBACK")
        else:
            self.driver.execute("COMMIT")

    def _tell(self, jobs):
        """Ring the process whose commit brought work, and now and then another: the tick does the rest."""
        for owner, wake in dict.fromkeys((job.owner, wake) for job in jobs for wake in job.wakes):
            for door in self._doors:
                is_own = door.owner is owner
                if (is_own or self._faults.is_overheard()) and not self._faults.loses_notice():
                    self._loop.call_soon(door.hear, wake, context=door.owner.context)


class Door:
    """What one process holds of the database (storage.engine.Database)."""

    dialect = "sqlite"

    def __init__(self, server, owner):
        self._server = server
        self.owner = owner
        self._subscribers = []

    async def write(self, fn, *, wakes=()):
        return await self._server.submit(self, fn, wakes)

    async def read(self, fn, *, brief=False):
        return self._server.read(fn, self.owner)

    def subscribe(self, callback):
        self._subscribers.append(callback)

    async def close(self):
        return

    def hear(self, wake):
        """Take a notice that a commit brought work."""
        for callback in self._subscribers:
            callback(wake)


def broken(word):
    """Return the error that a process gets from its door when the database fails."""
    return StorageAway(word)


def _resolve(job):
    if job.future.done():
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    elif job.lost:
        job.future.set_exception(broken("the reply to COMMIT was lost"))
    else:
        job.future.set_result(job.result)


def _fill(driver, template):
    source = sqlite3.connect(template)
    source.backup(driver)
    source.close()
