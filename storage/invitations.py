"""Invitations: a code in a link or a QR, for one person once, or open to anybody."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from handlers.core.changes import AddInvitation, SpendInvitation
from handlers.core.values import ClinicId, ContactId, PatientId
from handlers.errors import ConcurrentUpdate
from handlers.ports import Invited
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.row_ids import fresh_id
from storage.scope import Scope
from storage.sql import changed
from storage.tables import invitations
from storage.types import moment_param

_BY_CODE = (
    invitations.c.clinic_id == bindparam("clinic"),
    invitations.c.code_index == bindparam("code_is"),
    invitations.c.revoked_at.is_(None),
    or_(invitations.c.expires_at.is_(None), invitations.c.expires_at > moment_param("now_system")),
)
_VALID = select(invitations.c.patient_id, invitations.c.helper, invitations.c.contact_id).where(
    *_BY_CODE, invitations.c.spent_at.is_(None)
)
_NEW = insert(invitations)
_SPEND = (
    update(invitations)
    .where(*_BY_CODE, invitations.c.spent_at.is_(None), invitations.c.is_open.is_(False))
    .values(spent_at=moment_param("now_system"), uses=invitations.c.uses + 1)
)
_USE = update(invitations).where(*_BY_CODE, invitations.c.is_open).values(uses=invitations.c.uses + 1)


class Invitations:
    """Makes invitations."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which codes are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def add(  # noqa: PLR0913 - what the console's form says
        self,
        clinic: ClinicId,
        code: str,
        *,
        created_by: str,
        now: datetime,
        patient: PatientId | None = None,
        is_open: bool = False,
        helper: bool = False,
        expires_at: datetime | None = None,
    ) -> str:
        """Store an invitation and return its id; `now` and `expires_at` are the system clock's."""
        key = await self._clinics.key(clinic)
        return await self._database.write(
            lambda conn: add_invitation(
                conn,
                self._vault,
                key,
                code,
                created_by=created_by,
                now=now,
                patient=patient,
                is_open=is_open,
                helper=helper,
                expires_at=expires_at,
            )
        )


def invited_patient(
    conn: Connection, vault: Vault, clinic: ClinicKey, code: str, now_system: datetime
) -> Invited | None:
    """Return what a valid, unspent code is for; None for an unknown one."""
    row = conn.execute(_VALID, _named(vault, clinic, code, now_system)).first()
    if row is None:
        return None
    if row.patient_id is None:
        return Invited()
    contact = ContactId(row.contact_id) if row.contact_id is not None else None
    return Invited(PatientId(row.patient_id), helper=row.helper, contact=contact)


def spend_invitation(scope: Scope, change: SpendInvitation) -> None:
    """Use a code up; raise ConcurrentUpdate if somebody was faster. An open one is only counted."""
    values = _named(scope.vault, scope.clinic_key, change.payload, change.at_system)
    if not changed(scope.conn, _SPEND, values) and not changed(scope.conn, _USE, values):
        raise ConcurrentUpdate("the invitation is used up")


def invite_again(scope: Scope, change: AddInvitation) -> None:
    """Store a code by which the case's patient may write from another address."""
    add_invitation(
        scope.conn,
        scope.vault,
        scope.clinic_key,
        change.code,
        created_by=change.by,
        now=change.at_system,
        patient=scope.patient,
        expires_at=change.expires_at_system,
        helper=change.helper,
        contact=change.contact,
    )


def add_invitation(  # noqa: PLR0913 - what the console's form says
    conn: Connection,
    vault: Vault,
    clinic: ClinicKey,
    code: str,
    *,
    created_by: str,
    now: datetime,
    patient: str | None = None,
    is_open: bool = False,
    label: str = "",
    expires_at: datetime | None = None,
    helper: bool = False,
    contact: str | None = None,
) -> str:
    """Store an invitation and return its id: for a known patient, for one new person, or open to anybody."""
    row_id = fresh_id()
    values = {
        "clinic_id": clinic.clinic,
        "id": row_id,
        "code_index": vault.index(clinic, "invitation", code),
        "code": vault.seal(clinic, "invitations", row_id, "code", code),
        "label": vault.seal_text(clinic, "invitations", row_id, "label", label),
        "is_open": is_open,
        "patient_id": patient,
        "created_by": created_by,
        "created_at": now,
        "expires_at": expires_at,
        "helper": helper,
        "contact_id": contact,
    }
    conn.execute(_NEW, values)
    return row_id


def _named(vault: Vault, clinic: ClinicKey, code: str, now_system: datetime) -> dict[str, Any]:
    index = vault.index(clinic, "invitation", code)
    return {"clinic": clinic.clinic, "code_is": index, "now_system": now_system}
