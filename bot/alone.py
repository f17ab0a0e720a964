"""One process serves a SQLite file: a second one is refused before it opens or migrates anything."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handlers.errors import SettingError


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Be the one that serves this SQLite file while the body runs; raise SettingError if another does.

    The system takes the lock away from a process that is killed: the next one can start at once.
    """
    handle = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SettingError(
            "YORISOI_DATABASE_URL: another process serves this SQLite file already. Stop that one first,"
            " or use PostgreSQL for several processes"
        ) from None
