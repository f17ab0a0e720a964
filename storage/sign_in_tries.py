"""Tries at what protects a secret, counted before they are looked at: for all processes, over a restart.

Who fails to sign in again and again waits longer each time; a date of birth has a few tries a day.
Accounts, devices and networks stand here as keyed hashes. What was quiet for a day is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.tables import sign_in_tries

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(days=1)
_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody whose tries are counted, and how many are free before they have to wait."""

    who: str
    free: int


_T = sign_in_tries.c
_ROW = (_T.clinic_id == bindparam("clinic"), _T.who == bindparam("one"))
_FORGET_OLD = delete(sign_in_tries).where(_T.clinic_id == bindparam("clinic"), _T.at < bindparam("before"))
_NEW = insert(sign_in_tries)
_COUNT = _NEW.on_conflict_do_update(
    index_elements=[_T.clinic_id, _T.who],
    set_={"failures": _T.failures + 1, "at": _NEW.excluded.at},
    where=_T.waits_until <= _NEW.excluded.at,
).returning(_T.failures)
_ONE_MORE = _NEW.on_conflict_do_update(
    index_elements=[_T.clinic_id, _T.who], set_={"failures": _T.failures + 1}
).returning(_T.failures)
_WAIT = update(sign_in_tries).where(*_ROW)
_CLEAR = delete(sign_in_tries).where(*_ROW)
_GIVE_BACK = update(sign_in_tries).where(*_ROW, _T.failures > 0).values(failures=_T.failures - 1)


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long nobody may try again after so many failures: nothing, 30 s, 1 min … 15 min."""
    if failures < free:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(failures - free, _DOUBLINGS)), LONGEST_WAIT)


class _Waits(Exception):
    """One of those who are counted has to wait: nothing is counted then."""


class SignInTries:
    """Counts tries for all processes alike, and over a restart."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys of the hashes."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def mark(self, clinic: ClinicId, *parts: str) -> str:
        """Return a keyed hash (32 hexadecimal digits) by which a device of an account is known again."""
        return self._vault.index(await self._clinics.key(clinic), "device", *parts).hex()

    async def take(self, clinic: ClinicId, counted: Sequence[Counted], *, now_system: datetime) -> bool:
        """Count a try of everybody in `counted`; False, and nothing counted, if one of them has to wait."""
        rows = [(await self._index(clinic, one.who), one.free) for one in counted]

        def take(conn: Connection) -> bool:
            conn.execute(_FORGET_OLD, {"clinic": clinic, "before": now_system - FORGOTTEN_AFTER})
            for who, free in rows:
                _count(conn, clinic, who, free, now_system)
            return True

        try:
            return await self._database.write(take)
        except _Waits:
            return False

    async def of_day(self, clinic: ClinicId, who: str, *, limit: int, now_system: datetime) -> bool:
        """Count one more try of the day that began with the first one; False when it is one too many."""
        row = {"clinic_id": clinic, "who": await self._index(clinic, who), "failures": 1}
        fresh = row | {"at": now_system, "waits_until": now_system}

        def count(conn: Connection) -> bool:
            conn.execute(_FORGET_OLD, {"clinic": clinic, "before": now_system - FORGOTTEN_AFTER})
            tried: int = conn.scalar(_ONE_MORE, fresh) or 0
            return tried <= limit

        return await self._database.write(count)

    async def passed(self, clinic: ClinicId, forgiven: Sequence[str], shared: Sequence[str]) -> None:
        """Forget the tries of who got in; a network shared with others gets this one try back."""
        clear = [await self._index(clinic, one) for one in forgiven]
        give_back = [await self._index(clinic, one) for one in shared]

        def forgive(conn: Connection) -> None:
            for who in clear:
                conn.execute(_CLEAR, {"clinic": clinic, "one": who})
            for who in give_back:
                conn.execute(_GIVE_BACK, {"clinic": clinic, "one": who})

        await self._database.write(forgive)

    async def _index(self, clinic: ClinicId, who: str) -> bytes:
        return self._vault.index(await self._clinics.key(clinic), "tries", who)


def _count(conn: Connection, clinic: ClinicId, who: bytes, free: int, now: datetime) -> None:
    fresh: dict[str, Any] = {"clinic_id": clinic, "who": who, "failures": 1, "at": now, "waits_until": now}
    failures = conn.scalar(_COUNT, fresh)
    if failures is None:
        raise _Waits
    until = now + wait_after(failures, free)
    conn.execute(_WAIT, {"clinic": clinic, "one": who, "waits_until": until})
