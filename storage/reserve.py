"""A file of zeros that is let go when the disk is full, so that erasing and backing up can end.

What comes in meets the full disk as ever (503) until somebody makes room: it may not use this up.
"""

import errno
import logging
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from storage.outages import outage_of

log = logging.getLogger(__name__)

T = TypeVar("T")

NAME: Final = "reserve"
SHARE: Final = 20
"""One twentieth of the disk, 5 %."""
MOST: Final = 256 * 1024 * 1024
LEFT: Final = 256 * 1024 * 1024
"""So much must stay free beside it: a reserve that fills the disk itself is none."""


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve in a folder of data; None: everything lies on other machines."""

    folder: Path | None

    @property
    def is_there(self) -> bool:
        """Say whether it can be let go."""
        return self.folder is not None and (self.folder / NAME).exists()

    def keep(self) -> bool:
        """Make it where there is plenty of room; say whether it is there. Blocks: not for the loop."""
        if self.folder is None or not self.folder.is_dir():
            return False
        if self.is_there:
            return True
        disk = shutil.disk_usage(self.folder)
        size = min(disk.total // SHARE, MOST)
        return disk.free - size > LEFT and self._make(self.folder, size)

    def free(self) -> bool:
        """Let it go; say whether that made room."""
        if self.folder is None:
            return False
        try:
            (self.folder / NAME).unlink()
        except OSError:
            return False
        log.error("disk full: the reserve was let go, so that erasing or a backup can end; make room")
        return True

    def _make(self, folder: Path, size: int) -> bool:
        part = folder / f"{NAME}.part"
        try:
            with part.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
            part.chmod(0o600)
            part.rename(folder / NAME)
        except OSError:
            part.unlink(missing_ok=True)
            return False
        return True


NO_RESERVE: Final = Reserve(None)


async def with_room(reserve: Reserve, action: Callable[[], Awaitable[T]]) -> T:
    """Do what must end though the disk is full: then once more, with the reserve's room."""
    try:
        return await action()
    except Exception as error:
        if not is_full(error) or not reserve.free():
            raise
        return await action()


def is_full(error: BaseException) -> bool:
    """Say whether an error tells of a disk without room."""
    causes = [one for one in (error, error.__cause__, error.__context__) if one is not None]
    return any(_is_full(one) for one in causes)


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    away = outage_of(error)
    return away is not None and away.is_full
