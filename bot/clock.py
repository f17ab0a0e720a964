"""Business time: the machine's clock, or a file that demo and test may jump.

This is the only place below the shell that reads the machine's clock.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from handlers.errors import SettingError

POLL: Final = timedelta(milliseconds=100)
_NAP: Final = timedelta(hours=1)
"""No single sleep is longer: a laptop that wakes up or a clock that is set right is noticed."""

_FASTEST: Final = 1_000_000.0
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_ALSO_ASLEEP: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts the hours that a laptop sleeps, too: a night with a closed lid is no jump."""

Sleep = Callable[[float], Awaitable[None]]


def system_now() -> datetime:
    """Return the machine's time, aware and UTC."""
    return datetime.now(UTC)


def running_seconds() -> float:
    """Return the seconds since this machine was started, on a clock that nobody can set."""
    return time.clock_gettime(_ALSO_ASLEEP)


def boot_id() -> str:
    """Return what this run of the machine is called, "" where the system does not say."""
    with suppress(OSError):
        return _BOOT_ID.read_text(encoding="ascii").strip()
    return ""


class SystemClock:
    """Business time that is the machine's time."""

    def __init__(self, now_system: Callable[[], datetime] = system_now, sleep: Sleep = asyncio.sleep) -> None:
        """Take the machine's clock and its way to wait."""
        self._now_system = now_system
        self._sleep = sleep

    def now(self) -> datetime:
        """Return the present, aware and UTC."""
        return self._now_system()

    async def sleep_until(self, moment: datetime) -> None:
        """Return at `moment` or a little later."""
        while (left := moment - self.now()) > timedelta(0):
            await self._sleep(min(left, _NAP).total_seconds())


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the file said: business time `epoch` at the system time `written`, and its rate."""

    epoch: datetime
    written: datetime
    rate: float

    def at(self, now: datetime) -> datetime:
        return self.epoch + (now - self.written) * self.rate


class FileClock:
    """Business time out of a file `<epoch seconds> [rate]`, counted from when it was written.

    Without the file it is the machine's time. While a file is half written, the last one holds.
    """

    def __init__(
        self,
        path: Path,
        now_system: Callable[[], datetime] = system_now,
        sleep: Sleep = asyncio.sleep,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        """Read the file, if it is there; raise SettingError if it says something else or has no folder.

        `wall` is the clock that dates files, where that is not `now_system`.
        """
        if not path.parent.is_dir():
            raise SettingError(
                f"YORISOI_CLOCK_FILE: there is no folder {path.parent}. Make it, or correct it"
            )
        self._path = path
        self._now_system = now_system
        self._sleep = sleep
        self._wall = wall
        self._stamp = _stamp(path)
        self._setting = self._read()
        self._looked_at = now_system()

    def now(self) -> datetime:
        """Return business time, with a change of the file seen within 100 ms."""
        now = self._now_system()
        if abs(now - self._looked_at) >= POLL:
            self._looked_at = now
            self._look()
        return self._setting.at(now) if self._setting else now

    async def sleep_until(self, moment: datetime) -> None:
        """Return within 100 ms of real time after business time reached `moment`, jumps included."""
        while self.now() < moment:
            await self._sleep(POLL.total_seconds())

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        try:
            self._setting = self._read()
        except SettingError:
            # Half written by an editor: look again next time.
            return
        self._stamp = stamp

    def _read(self) -> _Setting | None:
        setting = _read(self._path)
        if setting is None or self._wall is None:
            return setting
        return replace(setting, written=setting.written + (self._now_system() - self._wall()))


def jump(path: Path, to: datetime, rate: float = 1.0) -> None:
    """Set business time to `to` from now on; readers see the old file or the new one, never half."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(f"{to.timestamp():.6f} {rate:g}\n", encoding="ascii")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:
        return ()
    return (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_size)


def _read(path: Path) -> _Setting | None:
    try:
        words = path.read_text(encoding="ascii").split()
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        epoch = datetime.fromtimestamp(float(words[0]), UTC)
        rate = float(words[1]) if words[1:] else 1.0
    except FileNotFoundError:
        return None
    except (OSError, ValueError, IndexError, OverflowError) as error:
        raise _unreadable(path) from error
    if len(words) > 2 or not 0 <= rate <= _FASTEST:  # noqa: PLR2004  the format: two words
        raise _unreadable(path)
    return _Setting(epoch, written, rate)


def _unreadable(path: Path) -> SettingError:
    return SettingError(
        f"YORISOI_CLOCK_FILE: {path.name} cannot be read; write '<epoch seconds> [rate]' into it"
        " or unset the variable"
    )
