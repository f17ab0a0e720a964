"""Passkeys of staff: found by what the authenticator calls them, used only with a count that goes up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, or_, select, update

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.sql import changed, insert_new, is_row
from storage.tables import passkeys


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey; `credential` and `public_key` (COSE) in base64url, as browsers write them."""

    id: str
    staff_id: str
    name: str
    credential: str
    public_key: str
    sign_count: int
    created_at: datetime
    used_at: datetime | None = None


_P = passkeys.c
_OF_CLINIC = select(passkeys).where(_P.clinic_id == bindparam("clinic"))
_OF_MEMBER = _OF_CLINIC.where(_P.staff_id == bindparam("member")).order_by(_P.created_at, _P.id)
_BY_CREDENTIAL = _OF_CLINIC.where(_P.credential_index == bindparam("index"))
_ADD = insert_new(passkeys)
_COUNT = bindparam("count", type_=_P.sign_count.type)
_USE = (
    update(passkeys)
    .where(*is_row(passkeys), or_(_P.sign_count < _COUNT, and_(_P.sign_count == 0, _COUNT == 0)))
    .values(sign_count=_COUNT)
)
_DROP = delete(passkeys).where(*is_row(passkeys), _P.staff_id == bindparam("member")).returning(_P.id)


class Passkeys:
    """The passkeys of all clinics' staff."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which names and public keys are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def add(self, clinic: ClinicId, new: Passkey) -> bool:
        """Keep a new passkey; False if the authenticator's one is known already."""
        key = await self._clinics.key(clinic)
        words = {"credential": new.credential, "public_key": new.public_key, "name": new.name}
        values = {
            "clinic_id": clinic,
            "id": new.id,
            "staff_id": new.staff_id,
            "credential_index": self._vault.index(key, "passkeys", new.credential),
            "sign_count": new.sign_count,
            "created_at": new.created_at,
            **{name: self._vault.seal(key, "passkeys", new.id, name, word) for name, word in words.items()},
        }
        return await self._database.write(lambda conn: conn.execute(_ADD, values).rowcount > 0)

    async def of(self, clinic: ClinicId, staff_id: str) -> Sequence[Passkey]:
        """Return a member's passkeys, the oldest first."""
        key, values = await self._clinics.key(clinic), {"clinic": clinic, "member": staff_id}
        rows = await self._database.read(lambda conn: conn.execute(_OF_MEMBER, values).all())
        return [self._passkey(key, row) for row in rows]

    async def by_credential(self, clinic: ClinicId, credential: str) -> Passkey | None:
        """Return the passkey that an authenticator calls so, whosever it is."""
        key = await self._clinics.key(clinic)
        values = {"clinic": clinic, "index": self._vault.index(key, "passkeys", credential)}
        row = await self._database.read(lambda conn: conn.execute(_BY_CREDENTIAL, values).first())
        return self._passkey(key, row) if row else None

    async def use(self, clinic: ClinicId, passkey: str, count: int, *, now_system: datetime) -> bool:
        """Keep the count that came with a signature; False if the passkey has counted that far before.

        Authenticators that do not count always say 0.
        """
        values = {"clinic": clinic, "row": passkey, "count": count, "used_at": now_system}
        return await self._database.write(lambda conn: changed(conn, _USE, values))

    async def drop(self, clinic: ClinicId, staff_id: str, passkey: str) -> bool:
        """Forget a passkey if it is this member's; say whether there was one."""
        values = {"clinic": clinic, "row": passkey, "member": staff_id}
        return await self._database.write(lambda conn: conn.scalar(_DROP, values) is not None)

    def _passkey(self, key: ClinicKey, row: Row[Any]) -> Passkey:
        def opened(column: str) -> str:
            return self._vault.open_text(key, "passkeys", row.id, column, getattr(row, column))

        return Passkey(
            id=row.id,
            staff_id=row.staff_id,
            name=opened("name"),
            credential=opened("credential"),
            public_key=opened("public_key"),
            sign_count=row.sign_count,
            created_at=row.created_at,
            used_at=row.used_at,
        )
