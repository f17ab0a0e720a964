"""Authenticator apps and recovery codes of staff: sealed, or known by their keyed hash; each code once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, update

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.identities import OF_MEMBER
from storage.keys import Vault
from storage.sql import changed, is_row
from storage.tables import passkeys, recovery_codes, staff

_C = recovery_codes.c
_OF_MEMBER = (_C.clinic_id == bindparam("clinic"), _C.staff_id == bindparam("row"))
_SECRET = select(staff.c.totp_secret).where(*is_row(staff))
_LEARN = update(staff).where(*is_row(staff))
_USE = update(staff).where(*is_row(staff), staff.c.totp_step < bindparam("step"))
_FORGET = (
    update(staff)
    .where(*is_row(staff), staff.c.totp_secret.is_not(None))
    .values(totp_secret=null(), totp_since=null())
)
_NO_CODES = delete(recovery_codes).where(*_OF_MEMBER)
_NO_PASSKEYS = delete(passkeys).where(
    passkeys.c.clinic_id == bindparam("clinic"), passkeys.c.staff_id == bindparam("row")
)
_NEW_CODE = insert(recovery_codes)
_USE_CODE = update(recovery_codes).where(
    *_OF_MEMBER, _C.code_index == bindparam("code"), _C.used_at.is_(None)
)
_LEFT = select(func.count()).select_from(recovery_codes).where(*_OF_MEMBER, _C.used_at.is_(None))


class SecondFactors:
    """What members of staff show besides a password or a link."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which secrets are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def secret(self, clinic: ClinicId, staff_id: str) -> str:
        """Return what a member's app knows (base32), or "" where there is none."""
        key = await self._clinics.key(clinic)
        named = {"clinic": clinic, "row": staff_id}
        sealed = await self._database.read(lambda conn: conn.scalar(_SECRET, named))
        return self._vault.open_text(key, "staff", staff_id, "totp_secret", sealed)

    async def learn(
        self, clinic: ClinicId, staff_id: str, secret: str, *, step: int, now_system: datetime
    ) -> None:
        """Keep an app's secret instead of an older one; its code of `step` is used up with this."""
        key = await self._clinics.key(clinic)
        values = {
            "clinic": clinic,
            "row": staff_id,
            "totp_secret": self._vault.seal(key, "staff", staff_id, "totp_secret", secret),
            "totp_since": now_system,
            "totp_step": step,
        }
        await self._database.write(lambda conn: conn.execute(_LEARN, values))

    async def use(self, clinic: ClinicId, staff_id: str, step: int) -> bool:
        """Use up the code of a step of time; False if it, or a later one, was used before."""
        values = {"clinic": clinic, "row": staff_id, "step": step, "totp_step": step}
        return await self._database.write(lambda conn: changed(conn, _USE, values))

    async def forget(self, clinic: ClinicId, staff_id: str) -> bool:
        """Forget a member's app, recovery codes, passkeys and what an identity provider calls them.

        Say whether there was an app.
        """
        named = {"clinic": clinic, "row": staff_id}

        def forget(conn: Connection) -> bool:
            conn.execute(_NO_CODES, named)
            conn.execute(_NO_PASSKEYS, named)
            conn.execute(OF_MEMBER, named)
            return changed(conn, _FORGET, named)

        return await self._database.write(forget)

    async def replace_codes(
        self, clinic: ClinicId, staff_id: str, codes: Sequence[str], *, now_system: datetime
    ) -> None:
        """Keep new recovery codes; the older ones are worth nothing."""
        key = await self._clinics.key(clinic)
        indexes = [self._vault.index(key, "recovery", staff_id, code) for code in codes]
        row = {"clinic_id": clinic, "staff_id": staff_id, "created_at": now_system}

        def replace(conn: Connection) -> None:
            conn.execute(_NO_CODES, {"clinic": clinic, "row": staff_id})
            conn.execute(_NEW_CODE, [row | {"code_index": one} for one in indexes])

        await self._database.write(replace)

    async def use_code(self, clinic: ClinicId, staff_id: str, code: str, *, now_system: datetime) -> bool:
        """Use up a recovery code; False if it is none of the member's, or was used before."""
        key = await self._clinics.key(clinic)
        index = self._vault.index(key, "recovery", staff_id, code)
        values = {"clinic": clinic, "row": staff_id, "code": index, "used_at": now_system}
        return await self._database.write(lambda conn: changed(conn, _USE_CODE, values))

    async def codes_left(self, clinic: ClinicId, staff_id: str) -> int:
        """Return how many recovery codes a member has not used."""
        named = {"clinic": clinic, "row": staff_id}
        return await self._database.read(lambda conn: conn.scalar(_LEFT, named) or 0)
