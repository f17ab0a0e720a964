"""The record of acts, with the case numbers and names of what the acts were about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CompoundSelect, Connection, Select, Table, literal, select, union_all

from handlers.core.values import PatientId
from storage.keys import ClinicKey, Vault
from storage.tables import adverse_events, alerts, audit, documents, flags, follow_ups, patients, tasks
from storage.views.models import LogRow
from storage.views.notices import staff_names

_OF_PATIENTS: Final[tuple[Table, ...]] = (documents, flags, tasks, follow_ups, alerts, adverse_events)
"""What a patient's record is made of and staff act on."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines are looked for: "" and None leave a thing open.

    `patient`: about them or a part of their record. `since` and `until`: from the one until before the other.
    `before`: the line after which, in the order of the page, it goes on.
    """

    actor: str = ""
    action: str = ""
    patient: PatientId | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


EVERYTHING: Final = Sought()


@dataclass(frozen=True, slots=True)
class Doers:
    """Who and what stands in the record: ids with the names of staff, and kinds of acts."""

    names: Mapping[str, str]
    actions: Sequence[str]


def log(
    conn: Connection, vault: Vault, key: ClinicKey, *, limit: int, sought: Sought = EVERYTHING
) -> tuple[LogRow, ...]:
    """Return the newest acts of those that are looked for, with the names of those who are staff."""
    names = staff_names(conn, vault, key)
    rows = conn.execute(_wanted(key.clinic, sought).order_by(audit.c.seq.desc()).limit(limit)).all()
    about = {**_codes(conn, key, {row.subject for row in rows}), **names}
    return tuple(
        LogRow(
            at=row.at,
            actor=names.get(row.actor, row.actor),
            action=row.action,
            subject=row.subject,
            about=about.get(row.subject, ""),
            seq=row.seq,
        )
        for row in rows
    )


def doers(conn: Connection, vault: Vault, key: ClinicKey) -> Doers:
    """Return everybody who did something, and everything that was done."""
    names = staff_names(conn, vault, key)
    wanted = select(audit.c.actor, audit.c.action).where(audit.c.clinic_id == key.clinic).distinct()
    found = conn.execute(wanted).all()
    actors = sorted({row.actor for row in found})
    return Doers({actor: names.get(actor, actor) for actor in actors}, sorted({row.action for row in found}))


def _wanted(clinic: str, sought: Sought) -> Select[tuple[Any, ...]]:
    wanted = select(audit).where(audit.c.clinic_id == clinic)
    if sought.actor:
        wanted = wanted.where(audit.c.actor == sought.actor)
    if sought.action:
        wanted = wanted.where(audit.c.action == sought.action)
    if sought.patient is not None:
        wanted = wanted.where(audit.c.subject.in_(_ids_of(clinic, sought.patient)))
    if sought.since is not None:
        wanted = wanted.where(audit.c.at >= sought.since)
    if sought.until is not None:
        wanted = wanted.where(audit.c.at < sought.until)
    if sought.before is not None:
        wanted = wanted.where(audit.c.seq < sought.before)
    return wanted


def _ids_of(clinic: str, patient: PatientId) -> CompoundSelect[tuple[str]]:
    """Return the ids of a patient and of every part of their record."""
    parts = (
        select(table.c.id).where(table.c.clinic_id == clinic, table.c.patient_id == patient)
        for table in _OF_PATIENTS
    )
    return union_all(select(literal(patient)), *parts)


def _codes(conn: Connection, key: ClinicKey, subjects: set[str]) -> Mapping[str, str]:
    """Return the case number behind each id of a patient or of a part of their record."""
    own = select(patients.c.id, patients.c.code).where(
        patients.c.clinic_id == key.clinic, patients.c.id.in_(subjects)
    )
    parts = (_of_parts(table, key.clinic, subjects) for table in _OF_PATIENTS)
    everything: CompoundSelect[tuple[str, str]] = union_all(own, *parts)
    return {row.id: row.code for row in conn.execute(everything)}


def _of_parts(table: Table, clinic: str, subjects: set[str]) -> Select[tuple[str, str]]:
    same = (patients.c.clinic_id == table.c.clinic_id) & (patients.c.id == table.c.patient_id)
    parts = select(table.c.id, patients.c.code).join(patients, same)
    return parts.where(table.c.clinic_id == clinic, table.c.id.in_(subjects))
