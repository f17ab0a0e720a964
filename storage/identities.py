"""Whom an identity provider calls what: a member is met by e-mail once, then by the provider's name."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.sql import insert_new, is_row
from storage.staff import Standing
from storage.tables import identities, staff

_I = identities.c
_FIND = select(_I.staff_id).where(
    _I.clinic_id == bindparam("clinic"), _I.issuer == bindparam("by"), _I.subject_index == bindparam("index")
)
_ADD = insert_new(identities)
_CONFIRM = update(staff).where(*is_row(staff), staff.c.status == Standing.INVITED.value)
OF_MEMBER = delete(identities).where(_I.clinic_id == bindparam("clinic"), _I.staff_id == bindparam("row"))
"""Forgets what providers call a member."""


class Identities:
    """The identities of all clinics' staff; a provider's name for one is known by its keyed hash alone."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys of the hashes."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def member(self, clinic: ClinicId, issuer: str, subject: str) -> str:
        """Return the id of whom a provider calls so, or ""."""
        values = {"clinic": clinic, "by": issuer, "index": await self._index(clinic, issuer, subject)}
        return await self._database.read(lambda conn: conn.scalar(_FIND, values) or "")

    async def link(
        self, clinic: ClinicId, staff_id: str, issuer: str, subject: str, *, now_system: datetime
    ) -> bool:
        """Keep what a provider calls a member; False if it calls them something else already.

        An address that the provider gave to somebody new does not lead into a former owner's account.
        """
        values = {
            "clinic_id": clinic,
            "issuer": issuer,
            "subject_index": await self._index(clinic, issuer, subject),
            "staff_id": staff_id,
            "created_at": now_system,
        }
        named = {"clinic": clinic, "row": staff_id, "status": Standing.CONFIRMED.value}

        def link(conn: Connection) -> bool:
            if conn.execute(_ADD, values).rowcount == 0:
                return False
            conn.execute(_CONFIRM, named)
            return True

        return await self._database.write(link)

    async def _index(self, clinic: ClinicId, issuer: str, subject: str) -> bytes:
        return self._vault.index(await self._clinics.key(clinic), "identities", issuer, subject)
