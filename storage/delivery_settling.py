"""How an owed summary ended: its state, the task for a person, and the line in the record of acts."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from handlers.core.changes import Audit
from handlers.ports import DeliveryState, OwedSummary
from storage import marks
from storage.audit.chain import add_audit
from storage.claims import is_leased
from storage.keys import ClinicKey, PatientKey, Vault
from storage.sql import changed
from storage.tables import clinics, patients, summary_deliveries
from storage.types import is_word

BY: Final = "summaries"
UNDELIVERED: Final = "summary-undelivered"
"""The task for a person where a summary did not arrive."""

IS_OWED = is_word(summary_deliveries.c.state, DeliveryState.OWED)
SETTLE = update(summary_deliveries).where(*is_leased(summary_deliveries), IS_OWED)
_PATIENT_KEY = select(patients.c.wrapped_key).where(
    patients.c.clinic_id == bindparam("clinic"), patients.c.id == bindparam("patient")
)


def settle(conn: Connection, vault: Vault, owed: OwedSummary, values: dict[str, Any], now: datetime) -> bool:
    """Write how it ended; False if the lease was lost or a newer summary is owed by now.

    A summary that left the product is a read of the record: it stands in the record of acts with its way.
    """
    if not changed(conn, SETTLE, place(owed) | values):
        return False
    wrapped = conn.scalars(select(clinics.c.wrapped_key).where(clinics.c.id == owed.clinic)).one()
    clinic, task = ClinicKey(owed.clinic, wrapped), f"{UNDELIVERED}:{owed.id}"
    if values["state"] == DeliveryState.FAILED:
        _open_task(conn, vault, clinic, owed, task, now)
    else:
        marks.close_task_row(conn, vault, clinic, task, at=now, by=BY, patient=owed.patient)
    if "version" in values:
        add_audit(conn, vault, clinic, Audit(BY, f"summary.sent.{owed.way.value}", owed.patient, now))
    return True


def place(owed: OwedSummary) -> dict[str, Any]:
    """Return which row, under which fence."""
    return {"clinic": owed.clinic, "row": owed.id, "held_fence": owed.fence}


def _open_task(
    conn: Connection, vault: Vault, clinic: ClinicKey, owed: OwedSummary, task: str, now: datetime
) -> None:
    wrapped = conn.scalars(_PATIENT_KEY, {"clinic": owed.clinic, "patient": owed.patient}).one_or_none()
    key = PatientKey(clinic, owed.patient, wrapped) if wrapped is not None else None
    marks.open_task_row(conn, vault, clinic, key, UNDELIVERED, task, at=now, note=owed.way.value, due_at=None)
