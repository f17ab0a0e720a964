"""The record of acts, with the case numbers and names of what the acts were about."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, Table, select

from storage.keys import ClinicKey, Vault
from storage.tables import audit, documents, flags, patients, tasks
from storage.views.models import LogRow
from storage.views.notices import staff_names

_OF_PATIENTS: Final[tuple[Table, ...]] = (documents, flags, tasks)
"""What a patient's record is made of and staff act on."""


def log(conn: Connection, vault: Vault, key: ClinicKey, *, limit: int) -> tuple[LogRow, ...]:
    """Return the newest acts, with the names of those who are staff."""
    names = staff_names(conn, vault, key)
    wanted = select(audit).where(audit.c.clinic_id == key.clinic).order_by(audit.c.seq.desc()).limit(limit)
    rows = conn.execute(wanted).all()
    about = {**_codes(conn, key, {row.subject for row in rows}), **names}
    return tuple(
        LogRow(row.at, names.get(row.actor, row.actor), row.action, row.subject, about.get(row.subject, ""))
        for row in rows
    )


def _codes(conn: Connection, key: ClinicKey, subjects: set[str]) -> Mapping[str, str]:
    """Return the case number behind each id of a patient or of a part of their record."""
    own = select(patients.c.id, patients.c.code).where(patients.c.clinic_id == key.clinic)
    found = {row.id: row.code for row in conn.execute(own.where(patients.c.id.in_(subjects)))}
    for table in _OF_PATIENTS:
        same = (patients.c.clinic_id == table.c.clinic_id) & (patients.c.id == table.c.patient_id)
        parts = select(table.c.id, patients.c.code).join(patients, same)
        wanted = parts.where(table.c.clinic_id == key.clinic, table.c.id.in_(subjects))
        found |= {row.id: row.code for row in conn.execute(wanted)}
    return found
