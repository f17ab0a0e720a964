"""The machine's wall clock, held against one that nobody can set: the brake on clock jumps (ADR 0012).

The wall clock is believed as long as it goes on from where it was. When it suddenly shows another
time, time here goes on as if it had not: nothing becomes due, runs out or is stolen by a jump.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.clock import running_seconds, system_now
from storage.clock_marks import Tick

TOLERANCE: Final = timedelta(minutes=10)
"""So far the wall clock may move at once: time servers and people correct it by less."""


def likely_time(
    wall: datetime, tick: Tick | None, boot: str, running: float, server: datetime | None
) -> datetime:
    """Return what time it is at the start, by all that is known.

    In the same run of the machine the last tick and the seconds since tell it exactly, however long
    we were stopped. Else the database's server does, where it is another machine's. Else the wall
    clock is believed, if it is not behind the last tick: time never goes back.
    """
    if tick is not None and boot and tick.boot == boot and running >= tick.running:
        return tick.at + timedelta(seconds=running - tick.running)
    if server is not None:
        return server
    return wall if tick is None or wall + TOLERANCE > tick.at else tick.at


class Watch:
    """Tells the time, and does not follow a jump of the wall clock until `accept`, or until it is gone."""

    def __init__(
        self, wall: Callable[[], datetime] = system_now, running: Callable[[], float] = running_seconds
    ) -> None:
        """Believe the wall clock as it is now."""
        self.wall = wall
        self._running = running
        self._known = wall()
        self._mark = running()

    def now(self) -> datetime:
        """Return the time: the wall clock's, or the one that it would show had it not jumped."""
        running = self._running()
        expected, wall = self._known + timedelta(seconds=running - self._mark), self.wall()
        if abs(wall - expected) > TOLERANCE:
            return expected
        self._known, self._mark = wall, running
        return wall

    def expected(self) -> datetime:
        """Return what the wall clock should show by the time that has passed since it was believed."""
        return self._known + timedelta(seconds=self._running() - self._mark)

    def ahead(self) -> timedelta:
        """Return how far the wall clock has jumped: zero while it is believed."""
        difference = self.wall() - self.expected()
        return difference if abs(difference) > TOLERANCE else timedelta(0)

    def expect(self, moment: datetime) -> None:
        """Go on from `moment`, whatever the wall clock shows: it is known from elsewhere."""
        self._believe(moment)

    def accept(self) -> None:
        """Believe the wall clock as it is now: somebody looked, and it is right."""
        self._believe(self.wall())

    def _believe(self, moment: datetime) -> None:
        self._known, self._mark = moment, self._running()
