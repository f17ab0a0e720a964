"""Erases patients, and erases them again in a database that was restored from an older copy."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from handlers.core.changes import Audit
from handlers.core.values import ContactPoint
from storage.audit.chain import add_audit
from storage.erasure.rows import erase_rows, points_of
from storage.erasure.tombstones import Tombstone, Tombstones, is_ours, sealed
from storage.joined import joined_with, readable
from storage.keys import ClinicKey
from storage.legal_holds import is_held
from storage.reserve import NO_RESERVE, Reserve, with_room
from storage.stores import Stores
from storage.tables import patients

AGAIN: Final = "patient.erase.again"
_BATCH: Final = 500


Forget = Callable[[Sequence[ContactPoint]], Awaitable[None]]
"""Lets go what lies elsewhere than in the stores, found by where somebody can be reached."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases; the tombstone comes first, so that whoever is killed after it has erased all the same."""

    stores: Stores
    tombstones: Tombstones
    forget: Forget | None = None
    reserve: Reserve = NO_RESERVE
    """What is let go where the disk is too full to erase."""

    async def erase(self, clinic: str, patient: str, *, by: str, reason: str, now: datetime) -> Sequence[str]:
        """Destroy a patient's key, words and files and call off what waits, in all records joined with this.

        Return the ids of what is erased. Raise NotFound, or ValueError while a legal hold stands on one.
        """
        return await with_room(self.reserve, lambda: self._erase(clinic, patient, by, reason, now))

    async def _erase(self, clinic: str, patient: str, by: str, reason: str, now: datetime) -> Sequence[str]:
        stores = self.stores
        await stores.keys.get(clinic, patient)
        person = await stores.database.read(lambda conn: _unheld(conn, clinic, patient))
        keys = [await stores.keys.get(clinic, one) for one in person]
        key = await stores.clinics.key(clinic)
        stones = [
            sealed(stores.vault, key, Tombstone(clinic, one, now.isoformat(), by, reason)) for one in person
        ]
        found = await stores.database.read(lambda conn: [points_of(conn, stores.vault, own) for own in keys])
        await self.tombstones.add(stones)
        if self.forget is not None:
            await self.forget([point for points in found for point in points])
        await self._bury(key, stones, f"patient.erase.{reason}", now)
        return person

    async def replay(self, *, now: datetime) -> int:
        """Erase again who stands in the tombstones and has a key; return how many.

        Lines with another's MAC are left alone.
        """
        risen = await self.risen()
        for clinic in sorted({stone.clinic for stone in risen}):
            own = [stone for stone in risen if stone.clinic == clinic]
            await self._bury(await self.stores.clinics.key(clinic), own, AGAIN, now)
        return len(risen)

    async def risen(self) -> Sequence[Tombstone]:
        """Return the tombstones of patients who have a key, as in a copy from before they were erased."""
        stones = await self.tombstones.all()
        found = [await self._risen(clinic, stones) for clinic in sorted({stone.clinic for stone in stones})]
        return [stone for risen in found for stone in risen]

    async def _risen(self, clinic: str, stones: Sequence[Tombstone]) -> list[Tombstone]:
        with_key = await self.stores.database.read(lambda conn: _with_key(conn, clinic, stones))
        if not with_key:
            return []
        key, vault = await self.stores.clinics.key(clinic), self.stores.vault
        return [
            stone
            for stone in stones
            if stone.clinic == clinic and stone.patient in with_key and is_ours(vault, key, stone)
        ]

    async def _bury(self, key: ClinicKey, stones: Sequence[Tombstone], action: str, now: datetime) -> None:
        def bury(conn: Connection) -> None:
            for stone in stones:
                erase_rows(conn, self.stores.vault, key, stone.patient, now=now, by=stone.by)
            for stone in stones:
                act = Audit(stone.by, action, stone.patient, now)
                add_audit(conn, self.stores.vault, key, act)

        await self.stores.database.write(bury)
        for stone in stones:
            self.stores.keys.forget(key.clinic, stone.patient)
        await self.stores.fetches.sweep()


def _unheld(conn: Connection, clinic: str, patient: str) -> list[str]:
    """Return the records of one person that are not erased; raise ValueError if one must stay."""
    person = joined_with(conn, clinic, patient)
    if any(is_held(conn, clinic, one) for one in person):
        raise ValueError("a legal hold stands on this patient: end it first")
    return readable(conn, clinic, person)


def _with_key(conn: Connection, clinic: str, stones: Sequence[Tombstone]) -> set[str]:
    named = sorted({stone.patient for stone in stones if stone.clinic == clinic})
    found: set[str] = set()
    for start in range(0, len(named), _BATCH):
        some = patients.c.id.in_(named[start : start + _BATCH])
        wanted = select(patients.c.id).where(patients.c.clinic_id == clinic, some)
        found |= set(conn.scalars(wanted.where(patients.c.wrapped_key.is_not(None))))
    return found
