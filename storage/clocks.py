"""The clocks' memory behind one door: what a process writes at each tick, and what staff see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, DateTime, func, select

from storage import clock_marks
from storage.clinics import Clinics
from storage.clock_marks import Brake, Tick
from storage.engine import Database
from storage.gaps import Gap, note_gap
from storage.keys import ClinicKey, Vault
from storage.marks import close_task_row, open_task_row
from storage.restart import free_far

TASK: Final = "clock-jump"
FAR: Final = timedelta(hours=1)
"""Further ahead than leases and back-offs: only a clock that was wrong leases anything until then."""

_SERVER_TIME = select(func.clock_timestamp(type_=DateTime(timezone=True)))


@dataclass(frozen=True, slots=True)
class ClockStore:
    """Ticks and brakes of an installation. A task in every clinic stands for a brake."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def last_tick(self) -> Tick | None:
        """Return the last tick of any process."""
        return await self.database.read(clock_marks.last_tick)

    async def note(self, tick: Tick, gap: Gap | None = None) -> None:
        """Remember a tick, and a gap before it."""

        def write(conn: Connection) -> None:
            clock_marks.note_tick(conn, tick)
            if gap is not None:
                note_gap(conn, gap)

        await self.database.write(write)

    async def brake_of(self, machine: str) -> Brake | None:
        """Return a machine's brake, released or not, or None."""
        found = await self.database.read(clock_marks.brakes)
        return next((brake for brake in found if brake.machine == machine), None)

    async def standing(self) -> Sequence[Brake]:
        """Return the brakes that nobody has released."""
        return await self.database.read(clock_marks.standing_brakes)

    async def engage(self, brake: Brake) -> None:
        """Show that a machine's clock jumped, and open a task."""
        keys = await self._keys()

        def write(conn: Connection) -> None:
            clock_marks.engage(conn, brake)
            for key in keys:
                open_task_row(conn, self.vault, key, None, TASK, TASK, at=brake.at)

        await self.database.write(write)

    async def forget(self, machine: str, *, now: datetime) -> None:
        """Take a machine's brake off the list; the task is done when it was the last.

        What the clock leased while it was wrong is free.
        """
        keys = await self._keys()

        def write(conn: Connection) -> None:
            free_far(conn, now + FAR)
            clock_marks.forget_brake(conn, machine)
            if not clock_marks.standing_brakes(conn):
                for key in keys:
                    close_task_row(conn, self.vault, key, TASK, at=now, by="clock")

        await self.database.write(write)

    async def release(self, by: str, *, now: datetime) -> int:
        """Let all machines believe their clocks again; return how many did not."""
        keys = await self._keys()

        def write(conn: Connection) -> int:
            for key in keys:
                close_task_row(conn, self.vault, key, TASK, at=now, by=by)
            return clock_marks.release_all(conn, by)

        return await self.database.write(write)

    async def server_time(self) -> datetime | None:
        """Return what the clock of the database's own machine shows; SQLite has none of its own."""
        if self.database.dialect != "postgresql":
            return None
        return await self.database.read(lambda conn: conn.scalar(_SERVER_TIME))

    async def _keys(self) -> Sequence[ClinicKey]:
        return [await self.clinics.key(clinic.id) for clinic in await self.clinics.all()]
