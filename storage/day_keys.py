"""The keys of raw inbox items: one per clinic and UTC day, destroyed after eight days."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import DayKey, Vault
from storage.row_security import EachClinic
from storage.sql import insert_new
from storage.tables import day_keys

KEPT: Final = timedelta(days=8)
"""Meta repeats a delivery for seven days; a day more, and what is still unread is lost for good."""

_BY_DAY = select(day_keys.c.wrapped_key).where(
    day_keys.c.clinic_id == bindparam("clinic"), day_keys.c.day == bindparam("on_day")
)
_NEW = insert_new(day_keys)


class DayKeys:
    """Finds, makes and destroys day keys. Only keys that are committed are remembered."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the clinics whose keys wrap the day keys."""
        self._database = EachClinic(database)
        self._vault = vault
        self._clinics = clinics
        self._known: dict[tuple[str, str], DayKey] = {}
        self._looking = asyncio.Lock()

    async def find(self, clinic: str, day: str) -> DayKey | None:
        """Return the key of a day, or None if it was destroyed."""
        known = self._known.get((clinic, day))
        if known is not None:
            return known
        wrapped = await self._database.of(clinic).read(lambda conn: _wrapped(conn, clinic, day))
        if wrapped is None:
            return None
        return self._remember(DayKey(await self._clinics.key(clinic), day, wrapped))

    async def at(self, clinic: str, now: datetime) -> DayKey:
        """Return the key of the day of `now`, made if it is the first of that day."""
        day = day_of(now)
        known = self._known.get((clinic, day))
        if known is not None:
            return known
        async with self._looking:  # at midnight the first of many looks, and the others find it
            return await self._found_or_made(clinic, day)

    async def _found_or_made(self, clinic: str, day: str) -> DayKey:
        known = await self.find(clinic, day)
        if known is not None:
            return known
        new = self._vault.new_day_key(await self._clinics.key(clinic), day)
        wrapped = await self._database.of(clinic).write(lambda conn: _make(conn, new))
        return self._remember(DayKey(new.owner, day, wrapped))

    async def destroy_old(self, *, now: datetime) -> int:
        """Destroy the keys that are older than eight days; return how many."""
        oldest = day_of(now - KEPT)
        statement = delete(day_keys).where(day_keys.c.day < oldest)
        self._known = {place: key for place, key in self._known.items() if key.day >= oldest}
        return await self._database.times.write(lambda conn: conn.execute(statement).rowcount)

    def _remember(self, key: DayKey) -> DayKey:
        self._known[key.clinic, key.day] = key
        return key


def readable_until(received_at: datetime) -> datetime:
    """Return when the key of an item that came at `received_at` is destroyed: nobody reads it after that."""
    day = received_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + KEPT + timedelta(days=1)


def day_of(moment: datetime) -> str:
    """Return the UTC day of a moment as YYYY-MM-DD."""
    return moment.astimezone(UTC).date().isoformat()


def _wrapped(conn: Connection, clinic: str, day: str) -> bytes | None:
    return conn.scalar(_BY_DAY, {"clinic": clinic, "on_day": day})


def _make(conn: Connection, key: DayKey) -> bytes:
    conn.execute(_NEW, {"clinic_id": key.clinic, "day": key.day, "wrapped_key": key.wrapped})
    wrapped = _wrapped(conn, key.clinic, key.day)
    assert wrapped is not None  # noqa: S101 - it was there, or has just been made
    return wrapped
