"""Hooks in a process of the product: each statement, commit, rollback and call may be its last.

They sit below the product, in sqlite3's, asyncpg's and the HTTP clients' own methods; the product
has no switch for them. `Trap.hit` is asked before and after each of these moments.
"""

import json
import os
import signal
import sqlite3
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from sqlite3 import dbapi2
from time import monotonic, process_time

from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection

from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from tests.crash.service_hooks import hook_services
from tests.crash.sites import on_the_stack

LOOKING = (
    ".claim", "before_claim", "Accounts.", "Clinics.create", "make_ready", "upgrade", "_opened",
    "give_out_again", "ClockStore.note", "destroy_old", "sweep", "_free_far", "with_editions", "Poller",
    "drop_webhook", "set_webhook", "show_commands", "username",
)  # fmt: skip
"""Parts of the names of sites that are visited whether there is something to do or not."""

AGAIN = 0.03
"""Seconds after which it is asked once more whether something is open: each time is a connection."""

DRIVER_GONE = 71
_mine = threading.local()


@dataclass
class Job:
    """One function that writes: the sites it was given by, and whether it found something to do."""

    sites: tuple = ()
    has_found: bool = False

    @property
    def is_work(self):
        return self.has_found or any(_is_work(site) for site in self.sites)


_job = ContextVar("job", default=Job())  # noqa: B039 - the one of whoever reads; nobody writes into it


class Trap:
    """Kills this process at the moment that was ordered, if something is under way then."""

    def __init__(self, order, tell, open_work):
        """Take what is ordered (see plans.py), how to tell the driver, and what counts open work."""
        self._order = order
        self._tell = tell
        self._open_work = open_work
        self._lock = threading.RLock()
        self._count = 0
        self._seen = set()
        self._born = process_time()
        self._asking = False
        self._idle_at = -AGAIN

    def hit(self, sites, phase, *, is_work=None):
        """Note this moment and die if it is the one; `is_work` says whether something was done, if known."""
        with self._lock:
            if self._asking:
                return
            self._note(sites, phase)
            if phase in {"committed", "answered"} and any(_is_work(site) for site in sites):
                self._order["after"] -= 1
            if self._order["after"] <= 0 and self._is_it(sites, phase):
                self.die(sites, phase, is_work=is_work)

    def die(self, sites, phase, *, is_work=None):
        """Tell and die, unless nobody's work is hit."""
        if is_work is None:
            is_work = any(_is_work(site) for site in sites)
        if not is_work and monotonic() - self._idle_at < AGAIN:
            return
        self._asking = True
        found = {} if is_work else self._open_work()
        self._asking = False
        if not is_work and not sum(found.values()):
            self._idle_at = monotonic()
            return
        self._tell(
            {
                "kill": {
                    "sites": sites,
                    "phase": phase,
                    "open": found,
                    "work": bool(is_work),
                    "cpu": process_time(),
                }
            }
        )
        os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()

    def _note(self, sites, phase):
        self._count += 1
        for site in sites:
            if (site, phase) not in self._seen:
                self._seen.add((site, phase))
                self._tell({"reached": [site, phase]})

    def _is_it(self, sites, phase):
        match self._order["kind"]:
            case "nth":
                return self._count >= self._order["n"]
            case "sites":
                wanted = any([site, phase] in self._order["wanted"] for site in sites)
                if wanted and self._order["skip"] > 0:
                    self._order["skip"] -= 1
                    return False
                return wanted or process_time() - self._born > self._order["patience"]
            case "named":
                return process_time() - self._born > self._order["patience"]
            case _:
                return False


def _is_work(site):
    return not any(part in site for part in LOOKING)


def teller(connection):
    """Return a function that writes one line to the driver's socket."""

    lock = threading.Lock()

    def tell(line):
        with lock:
            try:
                connection.sendall(json.dumps(line).encode() + b"\n")
            except OSError:
                os._exit(DRIVER_GONE)

    return tell


def install(trap):
    """Hook everything of this process."""
    _hook_sites(SqliteDatabase, trap)
    _hook_sites(PostgresDatabase, trap)
    _hook_sqlite(trap)
    _hook_postgres(trap)
    hook_services(trap)


def _hook_sites(database, trap):
    """Let each function that writes know the call that it was given by, whatever thread it runs in."""
    write = database.write

    async def watched(self, fn, **how):
        job = Job(on_the_stack("commit"))

        def run(conn):
            _mine.jobs = [*getattr(_mine, "jobs", ()), job]
            result = fn(conn)
            job.has_found = bool(result)
            return result

        token = _job.set(job)
        try:
            return await write(self, run, **how)
        finally:
            _job.reset(token)

    database.write = watched


def _written():
    """Return the sites whose work this thread has in hand, and whether any of it is work indeed."""
    jobs = getattr(_mine, "jobs", ())
    return tuple(dict.fromkeys(site for job in jobs for site in job.sites)), any(job.is_work for job in jobs)


def _writing():
    """Return the sites of the function that runs in this thread now."""
    jobs = getattr(_mine, "jobs", ())
    return jobs[-1].sites if jobs else ()


def _hook_sqlite(trap):
    plain = dbapi2.connect

    class Cursor(sqlite3.Cursor):
        def execute(self, *words):
            return _statement(trap, super().execute, words)

        def executemany(self, *words):
            return _statement(trap, super().executemany, words)

    class Connection(sqlite3.Connection):
        def cursor(self, factory=Cursor):
            return super().cursor(factory)

        def execute(self, *words):
            if words[0].startswith("PRAGMA"):
                return super().execute(*words)
            if words[0].startswith("BEGIN"):
                _mine.jobs = []
            if words[0].startswith("ROLLBACK"):
                trap.hit(_writing(), "rollback")
            return _statement(trap, super().execute, words)

        def commit(self):
            if not self.in_transaction:
                return super().commit()
            sites, is_work = _written()
            trap.hit(sites, "commit", is_work=is_work)
            super().commit()
            return trap.hit(sites, "committed", is_work=is_work)

        def rollback(self):
            if self.in_transaction:
                trap.hit(_writing(), "rollback")
            super().rollback()

    dbapi2.connect = sqlite3.connect = lambda *words, **named: plain(
        *words, **{"factory": Connection} | named
    )
    Connection.plain = staticmethod(plain)


def plain_connection(path):
    """Return a connection of sqlite3's own that no hook sits in; for the time before `install`."""
    return sqlite3.Connection(f"file:{path}?mode=ro", uri=True, timeout=1)


def _statement(trap, act, words):
    sites = _writing()
    trap.hit(sites, "statement")
    result = act(*words)
    trap.hit(sites, "statement")
    return result


def _hook_postgres(trap):
    @event.listens_for(Engine, "before_cursor_execute")
    def before(conn, *_):
        if conn.dialect.name == "postgresql":
            trap.hit(_job.get().sites, "statement")

    @event.listens_for(Engine, "after_cursor_execute")
    def after(conn, *_):
        if conn.dialect.name == "postgresql":
            trap.hit(_job.get().sites, "statement")

    commit, rollback = AsyncAdapt_asyncpg_connection.commit, AsyncAdapt_asyncpg_connection.rollback

    def committing(self):
        job = _job.get()
        trap.hit(job.sites, "commit", is_work=job.is_work)
        commit(self)
        trap.hit(job.sites, "committed", is_work=job.is_work)

    def rolling_back(self):
        trap.hit(_job.get().sites, "rollback")
        rollback(self)

    AsyncAdapt_asyncpg_connection.commit = committing
    AsyncAdapt_asyncpg_connection.rollback = rolling_back
