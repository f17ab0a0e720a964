"""The patients' list: one page, four statements, whatever the number of patients."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, nulls_last, select

from handlers.core.case import FollowUpState, Stage
from handlers.core.changes import Level
from handlers.core.values import ClinicId, PatientId
from storage.keys import ClinicKey, Vault
from storage.plans import IS_CHECK_IN
from storage.tables import contact_points, flags, follow_ups, patients
from storage.views.models import PatientRow, PatientsPage
from storage.views.opening import opener_of

_OPEN = (FollowUpState.SCHEDULED, FollowUpState.HELD, FollowUpState.IN_PROGRESS)


def patients_page(
    conn: Connection, vault: Vault, key: ClinicKey, *, code: str, offset: int, limit: int
) -> PatientsPage:
    """Return the patients whose case number holds `code`, the last heard of first."""
    return page_of(conn, vault, key, (code_holds(code),) if code else (), offset=offset, limit=limit)


def code_holds(code: str) -> ColumnElement[bool]:
    """Compare with the patients whose case number holds `code`, in capitals or not."""
    return func.upper(patients.c.code).contains(code.strip().upper(), autoescape=True)


def page_of(
    conn: Connection,
    vault: Vault,
    key: ClinicKey,
    such: Sequence[ColumnElement[bool]],
    *,
    offset: int,
    limit: int,
) -> PatientsPage:
    """Return the patients that are shown on their own and are `such`, the last heard of first."""
    clinic = ClinicId(key.clinic)
    wanted = (patients.c.clinic_id == clinic, patients.c.merged_into.is_(None), *such)
    total = conn.scalar(select(func.count()).select_from(patients).where(*wanted)) or 0
    rows = conn.execute(_newest_first(clinic).where(*wanted).offset(offset).limit(limit)).all()
    ids = [row.patient_id for row in rows]
    loud = _flags(conn, clinic, ids)
    coming = _next_steps(conn, clinic, ids)
    return PatientsPage(tuple(_row(vault, key, row, loud, coming) for row in rows), total)


def patient_ids(conn: Connection, clinic: ClinicId, *, after: str, limit: int) -> list[PatientId]:
    """Return ids of the patients that are shown on their own, in their order, from after `after` on."""
    wanted = select(patients.c.id).where(
        patients.c.clinic_id == clinic,
        patients.c.merged_into.is_(None),
        patients.c.wrapped_key.is_not(None),
        patients.c.id > after,
    )
    return [PatientId(row.id) for row in conn.execute(wanted.order_by(patients.c.id).limit(limit))]


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0].upper() for word in (*words[:1], *words[1:][-1:]))


def _newest_first(clinic: ClinicId) -> Select[Any]:
    heard = (
        select(contact_points.c.patient_id, func.max(contact_points.c.last_heard_at).label("heard_at"))
        .where(contact_points.c.clinic_id == clinic)
        .group_by(contact_points.c.patient_id)
        .subquery()
    )
    return (
        select(patients, patients.c.id.label("patient_id"), heard.c.heard_at)
        .join(heard, heard.c.patient_id == patients.c.id, isouter=True)
        .order_by(nulls_last(heard.c.heard_at.desc()), patients.c.code)
    )


def _flags(conn: Connection, clinic: ClinicId, ids: Sequence[str]) -> Mapping[str, dict[Level, int]]:
    statement = (
        select(flags.c.patient_id, flags.c.level, func.count().label("number"))
        .where(
            flags.c.clinic_id == clinic,
            flags.c.patient_id.in_(ids),
            flags.c.withdrawn_at.is_(None),
            flags.c.closed_at.is_(None),
        )
        .group_by(flags.c.patient_id, flags.c.level)
    )
    found: dict[str, dict[Level, int]] = defaultdict(dict)
    for row in conn.execute(statement):
        found[row.patient_id][Level(row.level)] = row.number
    return found


def _next_steps(conn: Connection, clinic: ClinicId, ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    statement: Select[Any] = (
        select(follow_ups)
        .where(
            follow_ups.c.clinic_id == clinic,
            follow_ups.c.patient_id.in_(ids),
            follow_ups.c.state.in_(_OPEN),
            IS_CHECK_IN,
        )
        .order_by(follow_ups.c.due_at.desc())
    )
    # Latest first, so that the earliest is what stays.
    return {row.patient_id: row for row in conn.execute(statement)}


def _row(
    vault: Vault,
    key: ClinicKey,
    row: Row[Any],
    loud: Mapping[str, Mapping[Level, int]],
    coming: Mapping[str, Row[Any]],
) -> PatientRow:
    step = coming.get(row.patient_id)
    return PatientRow(
        id=PatientId(row.id),
        code=row.code,
        initials=initials_of(opener_of(vault, key, row).text("patients", row, "name")),
        stage=Stage(row.stage),
        language=row.language or "",
        zone=row.zone,
        last_heard_at=row.heard_at,
        flags=loud.get(row.patient_id, {}),
        next_step=step.step if step else "",
        next_due_at=step.due_at if step else None,
        silent_since=_silent_since(step, row.heard_at) if step else None,
    )


def _silent_since(step: Row[Any], heard_at: datetime | None) -> datetime | None:
    is_open = step.state == FollowUpState.IN_PROGRESS.value and step.opened_at is not None
    return step.opened_at if is_open and (heard_at is None or heard_at < step.opened_at) else None
