"""Which patients an interpreter works for, for a limited time (clinical.md section 13).

All moments are the system clock's: a demo's jump neither ends a right nor gives one back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, select, update

from handlers.core.values import ClinicId, PatientId
from storage.engine import Database
from storage.sql import upsert
from storage.tables import assignments

INTERPRETER: Final = "interpreter"
"""The role that sees assigned cases alone."""

_STANDING = (assignments.c.clinic_id == bindparam("clinic"), assignments.c.until > bindparam("now"))
_OF_STAFF = select(assignments).where(*_STANDING, assignments.c.staff_id == bindparam("staff"))
_OF_PATIENT = select(assignments).where(*_STANDING, assignments.c.patient_id == bindparam("patient"))
_ASSIGN = upsert(assignments, "since", "until", "by")
_END = update(assignments).where(
    *_STANDING,
    assignments.c.patient_id == bindparam("patient"),
    assignments.c.staff_id == bindparam("staff"),
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody may see a patient's case until a moment."""

    patient: PatientId
    staff: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Assignments:
    """Gives interpreters their cases and takes them back."""

    database: Database

    async def of_staff(self, clinic: ClinicId, staff: str, *, now_system: datetime) -> Sequence[Assignment]:
        """Return what somebody may see now, what ends first at the top; nothing where nothing is assigned."""
        return await self._read(_OF_STAFF, {"clinic": clinic, "staff": staff, "now": now_system})

    async def of_patient(
        self, clinic: ClinicId, patient: PatientId, *, now_system: datetime
    ) -> Sequence[Assignment]:
        """Return who may see a patient's case now."""
        return await self._read(_OF_PATIENT, {"clinic": clinic, "patient": patient, "now": now_system})

    async def assign(self, clinic: ClinicId, given: Assignment, *, by: str, now_system: datetime) -> None:
        """Let somebody see a case until then; a second time moves the end."""
        values = {
            "clinic_id": clinic,
            "patient_id": given.patient,
            "staff_id": given.staff,
            "since": now_system,
            "until": given.until,
            "by": by,
        }
        await self.database.write(lambda conn: conn.execute(_ASSIGN, values))

    async def end(self, clinic: ClinicId, patient: PatientId, staff: str, *, now_system: datetime) -> bool:
        """Take a case back from now on; False if it was not theirs."""
        named = {"clinic": clinic, "patient": patient, "staff": staff, "now": now_system}
        return await self.database.write(
            lambda conn: conn.execute(_END, named | {"until": now_system}).rowcount > 0
        )

    async def _read(self, wanted: Select[Any], values: dict[str, Any]) -> Sequence[Assignment]:
        ordered = wanted.order_by(assignments.c.until, assignments.c.patient_id)
        rows = await self.database.read(lambda conn: conn.execute(ordered, values).all())
        return [Assignment(PatientId(row.patient_id), row.staff_id, row.until) for row in rows]
