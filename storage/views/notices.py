"""Flags and tasks: what staff must look at, of one patient and of the whole clinic."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from handlers.core.case import Outcome
from handlers.core.changes import Level
from handlers.core.summary.told import ToldConsent, ToldDecision
from handlers.core.values import AnsweredBy, PatientId, Purpose, ResponseId
from storage.keys import ClinicKey, PatientKey, Vault
from storage.marks import flag_of
from storage.tables import decisions, flags, patients, staff, tasks
from storage.views.models import FlagView, TaskView
from storage.views.opening import Opener, opener_of

MOST: Final = 200
"""How many open tasks are listed."""


def flags_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[FlagView, ...]:
    """Return the patient's flags that were not withdrawn, open and closed."""
    wanted = select(flags).where(
        flags.c.clinic_id == clinic, flags.c.patient_id == patient, flags.c.withdrawn_at.is_(None)
    )
    return tuple(flag(row, opener, names) for row in conn.execute(wanted.order_by(flags.c.at)))


def tasks_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[TaskView, ...]:
    """Return the patient's tasks, newest first."""
    wanted = select(tasks).where(tasks.c.clinic_id == clinic, tasks.c.patient_id == patient)
    rows = conn.execute(wanted.order_by(tasks.c.opened_at.desc())).all()
    return tuple(task(row, opener, names, "") for row in rows)


def decisions_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[ToldDecision, ...]:
    """Return what doctors decided about the patient, newest first."""
    wanted = select(decisions).where(decisions.c.clinic_id == clinic, decisions.c.patient_id == patient)
    rows = conn.execute(wanted.order_by(decisions.c.at.desc(), decisions.c.id.desc())).all()
    return tuple(decision(row, opener, names) for row in rows)


def decision(row: Row[Any], opener: Opener, names: Mapping[str, str]) -> ToldDecision:
    """Return the decision in a row, with who made it."""
    return ToldDecision(
        outcome=Outcome(row.outcome),
        reason=opener.text("decisions", row, "reason"),
        by=names.get(row.by, ""),
        at=row.at,
    )


def open_tasks(conn: Connection, vault: Vault, key: ClinicKey) -> tuple[TaskView, ...]:
    """Return the clinic's open tasks, the oldest first, as far as `MOST`."""
    same = (patients.c.clinic_id == tasks.c.clinic_id) & (patients.c.id == tasks.c.patient_id)
    wanted = (
        select(tasks, patients.c.wrapped_key, patients.c.code)
        .join(patients, same, isouter=True)
        .where(tasks.c.clinic_id == key.clinic, tasks.c.closed_at.is_(None))
        .order_by(tasks.c.opened_at)
        .limit(MOST)
    )
    rows = conn.execute(wanted).all()
    return tuple(task(row, _task_opener(vault, key, row), {}, row.code or "") for row in rows)


def _task_opener(vault: Vault, key: ClinicKey, row: Row[Any]) -> Opener:
    return opener_of(vault, key, row) if row.patient_id else Opener(vault, key)


def staff_names(conn: Connection, vault: Vault, key: ClinicKey) -> Mapping[str, str]:
    """Return what the clinic's staff are called, by id."""
    opener = Opener(vault, key)
    rows = conn.execute(select(staff).where(staff.c.clinic_id == key.clinic))
    return {row.id: opener.text("staff", row, "name") for row in rows}


def open_flags(
    conn: Connection, vault: Vault, key: ClinicKey, patient_ids: Sequence[str]
) -> tuple[FlagView, ...]:
    """Return the open flags of these patients: which of them a reader may see stands in the sealed part."""
    same = (patients.c.clinic_id == flags.c.clinic_id) & (patients.c.id == flags.c.patient_id)
    wanted = (
        select(flags, patients.c.wrapped_key, patients.c.code)
        .join(patients, same)
        .where(
            flags.c.clinic_id == key.clinic,
            flags.c.patient_id.in_(patient_ids),
            flags.c.closed_at.is_(None),
            flags.c.withdrawn_at.is_(None),
        )
    )
    return tuple(flag(row, opener_of(vault, key, row), {}) for row in conn.execute(wanted))


def flag(row: Row[Any], opener: Opener, names: Mapping[str, str]) -> FlagView:
    """Return the flag in a row, with the names of staff."""
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


def task(row: Row[Any], opener: Opener, names: Mapping[str, str], code: str = "") -> TaskView:
    """Return the task in a row, with the names of staff."""
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


def consent(row: Row[Any]) -> ToldConsent:
    """Return one yes or no in a row of `consents`."""
    return ToldConsent(
        purpose=Purpose(row.purpose),
        given=row.given,
        text_version=row.text_version,
        language=row.language,
        at=row.at,
        by=AnsweredBy(row.by),
        channel=row.channel,
    )
