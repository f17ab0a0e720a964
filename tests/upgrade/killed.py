"""Kills a process at the nth statement of the migrations, lets another run them again, and compares."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from storage.engine import open_database
from storage.migrations import upgrade
from tests.storage.test_migrations import differences

OUTCOME_SAME, OUTCOME_OTHER = 0, 7


@dataclass(frozen=True)
class Kill:
    """What came of one kill: whether it hit, and whether the second run made today's tables."""

    hit: bool
    mended: bool


def killed_at(url: str, number: int) -> Kill:
    """Migrate the database at `url`, killed before statement `number` (from 1), and then again."""
    hit = _in_child(lambda: _migrate(url, number)) == -signal.SIGKILL
    return Kill(hit, mended=_in_child(lambda: _migrate(url, None)) == OUTCOME_SAME)


def _in_child(work) -> int:
    """Run `work` in a process of its own; return its exit code, or minus the signal that ended it."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = OUTCOME_OTHER
        try:
            code = work()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _migrate(url: str, last: int | None) -> int:
    if last is not None:
        _kill_before(last)
    return asyncio.run(_upgraded(url, compares=last is None))


async def _upgraded(url: str, *, compares: bool) -> int:
    database = open_database(url)
    await upgrade(database)
    left = await database.read(differences) if compares else []
    await database.close()
    return OUTCOME_OTHER if left else OUTCOME_SAME


def _kill_before(last: int) -> None:
    count = 0

    @event.listens_for(Engine, "before_cursor_execute")
    def kill(conn: Connection, *_: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
