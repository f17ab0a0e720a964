"""Staff: who may sign in, and one-time links. Secrets are known by their hash alone.

All moments are the system clock's, so that a demo's jump spends no link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, null, select, update

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.sql import changed, insert_new, is_row
from storage.tables import one_time_links, staff
from storage.types import moment_param

SIGN_IN: Final = "sign-in"
"""The purpose of a link that opens the console."""
ADMINISTRATOR: Final = "administrator"
"""The role of which a clinic keeps one member at least."""


class Standing(StrEnum):
    """Where a member of staff stands; only the first two may come in."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff. `email` is lower-case; without `password_hash` only a link lets them in."""

    id: str
    name: str
    email: str
    role: str
    password_hash: str | None = None
    has_app: bool = False
    """Whether they have an authenticator app, so that nothing else lets them in alone."""

    @property
    def has_password(self) -> bool:
        """Say whether they can sign in without a link."""
        return self.password_hash is not None


IS_ENABLED = staff.c.status != Standing.DISABLED
"""Who may come in."""

_OF_CLINIC = select(staff).where(staff.c.clinic_id == bindparam("clinic"), IS_ENABLED)
_BY_EMAIL = _OF_CLINIC.where(staff.c.email_index == bindparam("address"))
_BY_ID = _OF_CLINIC.where(staff.c.id == bindparam("member"))
_FORMER = select(staff).where(
    staff.c.clinic_id == bindparam("clinic"), staff.c.status == Standing.DISABLED.value
)
_ADD = insert_new(staff)
_SET_PASSWORD = update(staff).where(*is_row(staff))
_NEW_LINK = insert(one_time_links)
_LINK = (
    one_time_links.c.clinic_id == bindparam("clinic"),
    one_time_links.c.token_hash == bindparam("hash"),
    one_time_links.c.purpose == SIGN_IN,
    one_time_links.c.spent_at.is_(None),
    one_time_links.c.expires_at > bindparam("now"),
)
_SPEND = (
    update(one_time_links).where(*_LINK).values(spent_at=bindparam("now")).returning(one_time_links.c.subject)
)
_MOVE = update(staff).where(*is_row(staff), IS_ENABLED)
_ADMINISTRATORS = (
    select(staff.c.id)
    .where(staff.c.clinic_id == bindparam("clinic"), IS_ENABLED, staff.c.role == ADMINISTRATOR)
    .order_by(staff.c.id)
    .with_for_update()
)
"""Locked, so that two who take each other's role at once do not leave a clinic with none."""
_LET_BACK = (
    update(staff)
    .where(*is_row(staff), staff.c.status == Standing.DISABLED.value)
    .values(status=Standing.INVITED.value, password_hash=null())
)
_VOID = (
    update(one_time_links)
    .where(
        one_time_links.c.clinic_id == bindparam("clinic"),
        one_time_links.c.subject == bindparam("row"),
        one_time_links.c.purpose == SIGN_IN,
        one_time_links.c.spent_at.is_(None),
    )
    .values(spent_at=moment_param("now"))
)


class StaffRoom:
    """Members and links of all clinics."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which names and addresses are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def members(self, clinic: ClinicId) -> Sequence[Member]:
        """Return everybody who may sign in, in the order in which they came."""
        key = await self._clinics.key(clinic)
        wanted = _OF_CLINIC.order_by(staff.c.created_at, staff.c.id)
        rows = await self._database.read(lambda conn: conn.execute(wanted, {"clinic": clinic}).all())
        return [member_of(self._vault, key, row) for row in rows]

    async def by_email(self, clinic: ClinicId, email: str) -> Member | None:
        """Return who has this address, lower-case."""
        key = await self._clinics.key(clinic)
        values = {"clinic": clinic, "address": self._vault.index(key, "staff", email)}
        row = await self._database.read(lambda conn: conn.execute(_BY_EMAIL, values).first())
        return member_of(self._vault, key, row) if row else None

    async def by_id(self, clinic: ClinicId, staff_id: str) -> Member | None:
        """Return a member who may come in."""
        key = await self._clinics.key(clinic)
        values = {"clinic": clinic, "member": staff_id}
        row = await self._database.read(lambda conn: conn.execute(_BY_ID, values).first())
        return member_of(self._vault, key, row) if row else None

    async def add(self, clinic: ClinicId, member: Member, *, now_system: datetime) -> bool:
        """Add a member; False if the address is taken."""
        key = await self._clinics.key(clinic)
        values = {
            "clinic_id": clinic,
            "id": member.id,
            "email_index": self._vault.index(key, "staff", member.email),
            "email": self._vault.seal(key, "staff", member.id, "email", member.email),
            "name": self._vault.seal(key, "staff", member.id, "name", member.name),
            "role": member.role,
            "status": Standing.INVITED.value,
            "password_hash": member.password_hash,
            "created_at": now_system,
        }
        return await self._database.write(lambda conn: conn.execute(_ADD, values).rowcount > 0)

    async def set_password(self, clinic: ClinicId, staff_id: str, password_hash: str) -> None:
        """Replace a member's password."""
        values = {"clinic": clinic, "row": staff_id, "password_hash": password_hash}
        await self._database.write(lambda conn: conn.execute(_SET_PASSWORD, values))

    async def disable(self, clinic: ClinicId, staff_id: str) -> bool:
        """Let a member in no more; what they did stays theirs in the record of acts.

        False, and nothing changes, for the last administrator or who is not there.
        """
        return await self._move(clinic, staff_id, status=Standing.DISABLED.value)

    async def change_role(self, clinic: ClinicId, staff_id: str, role: str) -> bool:
        """Give a member another role; False, and nothing changes, as with `disable`."""
        return await self._move(clinic, staff_id, role=role)

    async def former(self, clinic: ClinicId) -> Sequence[Member]:
        """Return who is let in no more, in the order in which they came."""
        key = await self._clinics.key(clinic)
        wanted = _FORMER.order_by(staff.c.created_at, staff.c.id)
        rows = await self._database.read(lambda conn: conn.execute(wanted, {"clinic": clinic}).all())
        return [member_of(self._vault, key, row) for row in rows]

    async def let_back(self, clinic: ClinicId, staff_id: str, *, now_system: datetime) -> bool:
        """Let a former member in again, by a new link alone; False for who is none.

        Their password and the links of before are void.
        """
        named = {"clinic": clinic, "row": staff_id}

        def write(conn: Connection) -> bool:
            conn.execute(_VOID, named | {"now": now_system})
            return changed(conn, _LET_BACK, named)

        return await self._database.write(write)

    async def _move(self, clinic: ClinicId, staff_id: str, **values: str) -> bool:
        def write(conn: Connection) -> bool:
            administrators = conn.execute(_ADMINISTRATORS, {"clinic": clinic}).scalars().all()
            if administrators == [staff_id] and values.get("role") != ADMINISTRATOR:
                return False
            return changed(conn, _MOVE, {"clinic": clinic, "row": staff_id, **values})

        return await self._database.write(write)

    async def make_link(
        self,
        clinic: ClinicId,
        subject: str,
        token: str,
        *,
        now_system: datetime,
        ends_at: datetime,
        purpose: str = SIGN_IN,
    ) -> None:
        """Keep a one-time link of a member of staff; `purpose` says what it is good for."""
        values = {
            "clinic_id": clinic,
            "token_hash": hash_of(token),
            "purpose": purpose,
            "subject": subject,
            "created_at": now_system,
            "expires_at": ends_at,
        }
        await self._database.write(lambda conn: conn.execute(_NEW_LINK, values))

    async def spend_link(self, clinic: ClinicId, token: str, *, now_system: datetime) -> str | None:
        """Spend a one-time link; return whose it was, None if it was used, expired or never made."""
        values = {"clinic": clinic, "hash": hash_of(token), "now": now_system}
        return await self._database.write(lambda conn: _spend(conn, values))


def member_of(vault: Vault, key: ClinicKey, row: Row[Any]) -> Member:
    """Return the member whose columns stand in `row`."""
    return Member(
        id=row.id,
        name=vault.open_text(key, "staff", row.id, "name", row.name),
        email=vault.open_text(key, "staff", row.id, "email", row.email),
        role=row.role,
        password_hash=row.password_hash,
        has_app=row.totp_secret is not None,
    )


def hash_of(token: str) -> str:
    """Return the SHA-256 of a token: 256 random bits need no slower hash."""
    return sha256(token.encode()).hexdigest()


def _spend(conn: Connection, values: dict[str, Any]) -> str | None:
    staff_id: str | None = conn.scalar(_SPEND, values)
    if staff_id is None:
        return None
    named = {"clinic": values["clinic"], "row": staff_id, "status": Standing.CONFIRMED.value}
    return staff_id if changed(conn, _MOVE, named) else None
