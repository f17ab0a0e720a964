"""What the door asked a browser: kept here, answered once, within its time, and in that browser alone."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.staff import hash_of
from storage.tables import challenges

_C = challenges.c
_OLD = delete(challenges).where(_C.clinic_id == bindparam("clinic"), _C.expires_at <= bindparam("now"))
_NEW = insert(challenges)
_TAKE = (
    delete(challenges)
    .where(
        _C.clinic_id == bindparam("clinic"),
        _C.challenge_hash == bindparam("hash"),
        _C.purpose == bindparam("for"),
        _C.holder_hash == bindparam("holder"),
        _C.expires_at > bindparam("now"),
    )
    .returning(_C.data)
)


class Challenges:
    """The open questions of all clinics. All moments are the system clock's."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the key under which is sealed what belongs to a question."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def put(
        self, clinic: ClinicId, challenge: str, asked: tuple[str, str, str], times: tuple[datetime, datetime]
    ) -> None:
        """Keep a question; `asked`: for what, of whom, and what belongs to it; `times`: now, and its end.

        What nobody answered in time goes with this.
        """
        (purpose, holder, data), (now_system, ends_at) = asked, times
        key, name = await self._clinics.key(clinic), hash_of(challenge)
        values = {
            "clinic_id": clinic,
            "challenge_hash": name,
            "purpose": purpose,
            "holder_hash": hash_of(holder),
            "data": self._vault.seal(key, "challenges", name, "data", data),
            "expires_at": ends_at,
        }

        def put(conn: Connection) -> None:
            conn.execute(_OLD, {"clinic": clinic, "now": now_system})
            conn.execute(_NEW, values)

        await self._database.write(put)

    async def take(
        self, clinic: ClinicId, challenge: str, purpose: str, holder: str, *, now_system: datetime
    ) -> str | None:
        """Return what belongs to a question, which is gone with that; None if it is not this browser's."""
        key, name = await self._clinics.key(clinic), hash_of(challenge)
        values = {
            "clinic": clinic,
            "hash": name,
            "for": purpose,
            "holder": hash_of(holder),
            "now": now_system,
        }
        sealed: bytes | None = await self._database.write(lambda conn: conn.scalar(_TAKE, values))
        return None if sealed is None else self._vault.open_text(key, "challenges", name, "data", sealed)
