"""One life of a process of the product: forked from the zygote, hooked, run until it is killed."""

import asyncio
import os
import socket
import sqlite3
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

import asyncpg

import bot.cli
import bot.failpoints
from bot.clock import FileClock
from tests.crash import hooks
from tests.crash.errands import ERRANDS

LOOK, LOOK_AT_SERVER = 0.25, 1.0
OPEN = {
    "inbox": "SELECT count(*) FROM inbox WHERE state = 'new'",
    "outbox": "SELECT count(*) FROM outbox"
    " WHERE state = 'sending' OR (state = 'queued' AND not_before <= {now})",
    "follow_ups": "SELECT count(*) FROM follow_ups WHERE next_at <= {now}",
    "documents": "SELECT count(*) FROM documents WHERE state = 'pending'",
}
"""What is open in a database, business time being `now`."""


def live(order):
    """Be the process that `order` describes; never return."""
    try:
        _be(order)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:  # noqa: BLE001 - said in the log; the zygote's own stack must not go on
        traceback.print_exc()
        os._exit(70)
    os._exit(0)


def _be(order):
    _redirect(order["log"])
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(order["socket"])
    tell = hooks.teller(connection)
    tell({"id": order["id"], "pid": os.getpid()})
    trap = hooks.Trap(order["trap"], tell, lambda: count_open(order["environment"]))
    hooks.install(trap)
    bot.failpoints.die = lambda point: trap.die((f"failpoint:{point}",), "named")
    threading.Thread(target=_tell_what_is_open, args=(tell, order["environment"]), daemon=True).start()
    act = ERRANDS.get(order["command"]) or getattr(bot.cli, order["command"])
    act(**order["arguments"])
    tell({"done": True})


def _tell_what_is_open(tell, environment):
    """Tell the driver now and then how much there is to do: it moves the clock when that is nothing."""
    while True:
        time.sleep(LOOK if environment["YORISOI_DATABASE_URL"].startswith("sqlite") else LOOK_AT_SERVER)
        with suppress(OSError, asyncpg.PostgresError):
            found = count_open(environment)
            if found:
                tell({"open": found})


def _redirect(path):
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)


def count_open(environment):
    """Return how much work of each kind is open, as a connection beside the product's sees it; {}: unseen."""
    url = environment["YORISOI_DATABASE_URL"]
    now = FileClock(Path(environment["YORISOI_CLOCK_FILE"])).now()
    if url.startswith("sqlite:///"):
        return _count_in_sqlite(url.removeprefix("sqlite:///"), now)
    found = {}
    thread = threading.Thread(target=lambda: found.update(asyncio.run(_count_in_postgres(url, now))))
    thread.start()
    thread.join()
    return found


def _count_in_sqlite(path, now):
    connection = hooks.plain_connection(path)
    try:
        moment = f"'{now:%Y-%m-%d %H:%M:%S.%f}'"
        return {name: connection.execute(sql.format(now=moment)).fetchone()[0] for name, sql in OPEN.items()}
    except sqlite3.OperationalError:
        return {}
    finally:
        connection.close()


async def _count_in_postgres(url, now):
    connection = await asyncpg.connect(url, timeout=5)
    try:
        moment = f"'{now.isoformat()}'::timestamptz"
        return {name: await connection.fetchval(sql.format(now=moment)) for name, sql in OPEN.items()}
    finally:
        await connection.close()
