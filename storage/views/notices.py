"""Flags and tasks: what staff must look at, of one patient and of the whole clinic."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from handlers.core.case import Outcome
from handlers.core.changes import Level
from handlers.core.values import ClinicId, PatientId, ResponseId
from storage.keys import ClinicKey, PatientKey, Vault
from storage.marks import flag_of
from storage.tables import decisions, flags, patients, staff, tasks
from storage.views.models import DecisionView, FlagView, TaskView, Worklist
from storage.views.opening import Opener, opener_of

MOST: Final = 200
"""How many tasks and flags the worklist shows."""

_LOUD: Final = (Level.CRISIS, Level.RED, Level.SAFETY)
_PATIENT: Final = (patients.c.wrapped_key, patients.c.code)


def flags_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[FlagView, ...]:
    """Return the patient's flags that were not withdrawn, open and closed."""
    wanted = select(flags).where(
        flags.c.clinic_id == clinic, flags.c.patient_id == patient, flags.c.withdrawn_at.is_(None)
    )
    return tuple(_flag(row, opener, names) for row in conn.execute(wanted.order_by(flags.c.at)))


def tasks_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[TaskView, ...]:
    """Return the patient's tasks, newest first."""
    wanted = select(tasks).where(tasks.c.clinic_id == clinic, tasks.c.patient_id == patient)
    rows = conn.execute(wanted.order_by(tasks.c.opened_at.desc())).all()
    return tuple(_task(row, opener, names, "") for row in rows)


def decisions_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[DecisionView, ...]:
    """Return what doctors decided about the patient, newest first."""
    wanted = select(decisions).where(decisions.c.clinic_id == clinic, decisions.c.patient_id == patient)
    rows = conn.execute(wanted.order_by(decisions.c.at.desc(), decisions.c.id.desc())).all()
    return tuple(
        DecisionView(
            outcome=Outcome(row.outcome),
            reason=opener.text("decisions", row, "reason"),
            by=names.get(row.by, ""),
            at=row.at,
        )
        for row in rows
    )


def worklist(conn: Connection, vault: Vault, key: ClinicKey) -> Worklist:
    """Return the clinic's open tasks and loud flags, oldest first."""
    return Worklist(_open_tasks(conn, vault, key), *_loud_flags(conn, vault, key))


def staff_names(conn: Connection, vault: Vault, key: ClinicKey) -> Mapping[str, str]:
    """Return what the clinic's staff are called, by id."""
    opener = Opener(vault, key)
    rows = conn.execute(select(staff).where(staff.c.clinic_id == key.clinic))
    return {row.id: opener.text("staff", row, "name") for row in rows}


def _open_tasks(conn: Connection, vault: Vault, key: ClinicKey) -> tuple[TaskView, ...]:
    same = (patients.c.clinic_id == tasks.c.clinic_id) & (patients.c.id == tasks.c.patient_id)
    wanted = (
        select(tasks, *_PATIENT)
        .join(patients, same, isouter=True)
        .where(tasks.c.clinic_id == key.clinic, tasks.c.closed_at.is_(None))
        .order_by(tasks.c.opened_at)
        .limit(MOST)
    )
    rows = conn.execute(wanted).all()
    return tuple(_task(row, _task_opener(vault, key, row), {}, row.code or "") for row in rows)


def _task_opener(vault: Vault, key: ClinicKey, row: Row[Any]) -> Opener:
    return opener_of(vault, key, row) if row.patient_id else Opener(vault, key)


def _loud_flags(
    conn: Connection, vault: Vault, key: ClinicKey
) -> tuple[tuple[FlagView, ...], Mapping[PatientId, str]]:
    same = (patients.c.clinic_id == flags.c.clinic_id) & (patients.c.id == flags.c.patient_id)
    wanted = (
        select(flags, *_PATIENT)
        .join(patients, same)
        .where(
            flags.c.clinic_id == ClinicId(key.clinic),
            flags.c.level.in_(_LOUD),
            flags.c.closed_at.is_(None),
            flags.c.withdrawn_at.is_(None),
        )
        .order_by(flags.c.at)
        .limit(MOST)
    )
    rows = conn.execute(wanted).all()
    found = tuple(_flag(row, opener_of(vault, key, row), {}) for row in rows)
    return found, {PatientId(row.patient_id): row.code for row in rows}


def open_flags(
    conn: Connection, vault: Vault, key: ClinicKey, patient_ids: Sequence[str]
) -> tuple[FlagView, ...]:
    """Return the open flags of these patients: which of them a reader may see stands in the sealed part."""
    same = (patients.c.clinic_id == flags.c.clinic_id) & (patients.c.id == flags.c.patient_id)
    wanted = (
        select(flags, *_PATIENT)
        .join(patients, same)
        .where(
            flags.c.clinic_id == key.clinic,
            flags.c.patient_id.in_(patient_ids),
            flags.c.closed_at.is_(None),
            flags.c.withdrawn_at.is_(None),
        )
    )
    return tuple(_flag(row, opener_of(vault, key, row), {}) for row in conn.execute(wanted))


def _flag(row: Row[Any], opener: Opener, names: Mapping[str, str]) -> FlagView:
    told = flag_of(opener.vault, opener.key, row) if isinstance(opener.key, PatientKey) else None
    return FlagView(
        id=row.id,
        patient=PatientId(row.patient_id),
        rule=told.rule if told else "",
        rule_version=told.rule_version if told else "",
        level=Level(row.level),
        route=told.route if told else "",
        staff_text=told.staff_text if told else "",
        evidence=told.evidence if told else (),
        sources=told.sources if told else (),
        response=ResponseId(row.response_id) if row.response_id else None,
        raised_at=row.at,
        closed_at=row.closed_at,
        closed_by=names.get(row.closed_by, row.closed_by),
        reason=opener.text("flags", row, "closing_note"),
    )


def _task(row: Row[Any], opener: Opener, names: Mapping[str, str], code: str) -> TaskView:
    return TaskView(
        id=row.id,
        kind=row.kind,
        note=opener.text("tasks", row, "note"),
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        closed_by=names.get(row.closed_by, row.closed_by),
        reason=opener.text("tasks", row, "closing_note"),
        patient=PatientId(row.patient_id) if row.patient_id else None,
        code=code,
    )
