"""Legal holds: a patient's record that must stay, whatever its time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from handlers.core.changes import Audit
from handlers.errors import NotFound
from storage.audit.chain import add_audit
from storage.engine import Database
from storage.keys import PatientKey, Vault
from storage.patient_keys import PatientKeys
from storage.row_ids import fresh_id
from storage.sql import changed
from storage.tables import legal_holds

HELD: Final = "erasure-held"
"""The task for a person where a hold keeps what a patient wants deleted."""

_STANDING = (
    legal_holds.c.clinic_id == bindparam("clinic"),
    legal_holds.c.patient_id == bindparam("patient"),
    legal_holds.c.ended_at.is_(None),
)
_END = update(legal_holds).where(*_STANDING)


def is_held(conn: Connection, clinic: str, patient: str) -> bool:
    """Say whether a patient's record must stay."""
    wanted = select(legal_holds.c.id).where(*_STANDING).limit(1)
    return conn.scalar(wanted, {"clinic": clinic, "patient": patient}) is not None


def hold(conn: Connection, vault: Vault, key: PatientKey, reason: str, *, now: datetime, by: str) -> None:
    """Let a patient's record stay; a second hold stands beside the first."""
    ident = fresh_id()
    values: dict[str, Any] = {"clinic_id": key.clinic, "id": ident, "patient_id": key.patient}
    sealed = vault.seal_text(key, "legal_holds", ident, "reason", reason)
    conn.execute(insert(legal_holds), values | {"reason": sealed, "since": now, "by": by})


def end_holds(conn: Connection, clinic: str, patient: str, *, now: datetime, by: str) -> None:
    """End every hold on a patient's record; raise NotFound if there is none."""
    values = {"clinic": clinic, "patient": patient, "ended_at": now, "ended_by": by}
    if not changed(conn, _END, values):
        raise NotFound("no legal hold stands on this patient")


@dataclass(frozen=True, slots=True)
class LegalHolds:
    """Sets and ends holds, and writes down who did."""

    database: Database
    vault: Vault
    keys: PatientKeys

    async def set(self, clinic: str, act: Audit, reason: str) -> None:
        """Let the record of the patient whom `act` is about stay; raise NotFound."""
        key = await self.keys.get(clinic, act.subject)

        def write(conn: Connection) -> None:
            hold(conn, self.vault, key, reason, now=act.at, by=act.actor)
            add_audit(conn, self.vault, key.owner, act)

        await self.database.write(write)

    async def end(self, clinic: str, act: Audit) -> None:
        """End every hold on the patient whom `act` is about; raise NotFound if there is none."""
        key = await self.keys.get(clinic, act.subject)

        def write(conn: Connection) -> None:
            end_holds(conn, clinic, act.subject, now=act.at, by=act.actor)
            add_audit(conn, self.vault, key.owner, act)

        await self.database.write(write)
