"""What staff must see: flags, tasks, consents and merges."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, null, select, update

from handlers.core.changes import (
    CloseFlag,
    CloseTask,
    FinishTask,
    Level,
    MergePatients,
    OpenTask,
    RaiseFlag,
    RecordConsent,
    RecordDecision,
    ReplaceFlags,
    UnmergePatients,
)
from handlers.core.values import ResponseId
from handlers.errors import ConcurrentUpdate, NotFound
from storage.keys import ClinicKey, PatientKey, Vault
from storage.row_ids import fresh_id
from storage.scope import Scope
from storage.sql import changed, insert_new, is_row, upsert
from storage.tables import consents, decisions, flags, merges, patients, tasks

_CONSENT = insert(consents)
_RAISE = upsert(flags, "level", "detail", "response_id", "subject", withdrawn_at=null())
_WITHDRAW = update(flags).where(
    flags.c.clinic_id == bindparam("clinic"),
    flags.c.patient_id == bindparam("patient"),
    flags.c.response_id == bindparam("response"),
    flags.c.withdrawn_at.is_(None),
)
_CLOSE_FLAG = update(flags).where(*is_row(flags), flags.c.closed_at.is_(None))
_DECISION = insert(decisions)
_OPEN_TASK = insert_new(tasks)
_CLOSE_TASK = update(tasks).where(
    tasks.c.clinic_id == bindparam("clinic"),
    tasks.c.key_index == bindparam("task_key"),
    tasks.c.closed_at.is_(None),
)
_FINISH_TASK = update(tasks).where(*is_row(tasks), tasks.c.closed_at.is_(None))
_MERGE = insert(merges)
_UNMERGE = update(merges).where(*is_row(merges), merges.c.undone_at.is_(None))
_MERGED_ALREADY = (
    select(patients.c.merged_into)
    .where(patients.c.clinic_id == bindparam("clinic"))
    .where(patients.c.id.in_(bindparam("both", expanding=True)))
    .with_for_update()
)
_MERGED_INTO = update(patients).where(*is_row(patients))


def record_consent(scope: Scope, change: RecordConsent) -> None:
    """Keep a yes or no with the text it was said to."""
    row_id = fresh_id()
    values = {
        "clinic_id": scope.clinic,
        "id": row_id,
        "patient_id": scope.patient,
        "purpose": change.purpose.value,
        "given": change.given,
        "text_version": change.text_version,
        "text_hash": change.text_hash,
        "language": change.language,
        "by": change.by.value,
        "name": scope.seal("consents", row_id, "name", change.name),
        "at": change.at,
        "channel": change.channel,
    }
    scope.conn.execute(_CONSENT, values)


def raise_flag(scope: Scope, change: RaiseFlag) -> None:
    """Raise a flag, or bring the one with this key up to date; a closed one stays closed."""
    row_id = flag_id(scope, change.key)
    values = {
        "clinic_id": scope.clinic,
        "id": row_id,
        "patient_id": scope.patient,
        "response_id": change.response,
        "level": change.level.value,
        "detail": scope.seal("flags", row_id, "detail", _detail(change)),
        "at": change.at,
        "subject": subject_of(scope.vault, scope.clinic_key, change),
    }
    scope.conn.execute(_RAISE, values)


def replace_flags(scope: Scope, change: ReplaceFlags) -> None:
    """Raise the flags of a response anew and withdraw those that are no longer among them."""
    kept = [flag_id(scope, flag.key) for flag in change.flags]
    values = {"clinic": scope.clinic, "patient": scope.patient, "response": change.response}
    statement = _WITHDRAW.where(flags.c.id.not_in(kept)).values(withdrawn_at=change.at)
    scope.conn.execute(statement, values)
    for flag in change.flags:
        raise_flag(scope, flag)


def close_flag(scope: Scope, change: CloseFlag) -> None:
    """Close a flag with its reason."""
    note = scope.seal("flags", change.flag, "closing_note", change.reason)
    values = {"closed_at": change.at, "closed_by": change.by, "closing_note": note}
    scope.conn.execute(_CLOSE_FLAG, scope.row(change.flag) | values)


def record_decision(scope: Scope, change: RecordDecision) -> None:
    """Keep a doctor's decision beside the earlier ones."""
    values = {
        "clinic_id": scope.clinic,
        "id": change.id,
        "patient_id": scope.patient,
        "outcome": change.outcome.value,
        "reason": scope.seal("decisions", change.id, "reason", change.reason),
        "by": change.by,
        "at": change.at,
    }
    scope.conn.execute(_DECISION, values)


def flag_id(scope: Scope, key: str) -> str:
    """Return the id of the flag with this key of the case's patient."""
    return scope.index("flag", scope.patient, key).hex()


def subject_of(vault: Vault, clinic: ClinicKey, flag: RaiseFlag) -> bytes:
    """Return the keyed hash of what a flag is about: its rule, and the questions whose answers it names."""
    asked = sorted({link_id for link_id, _ in flag.evidence})
    return vault.index(clinic, "flag-subject", flag.rule, *asked)


def flag_of(vault: Vault, key: PatientKey, row: Row[Any]) -> RaiseFlag:
    """Return what was raised, from a row that holds the columns of `flags`."""
    told = json.loads(vault.open_text(key, "flags", row.id, "detail", row.detail) or "{}")
    return RaiseFlag(
        key=told.get("key", ""),
        rule=told.get("rule", ""),
        rule_version=told.get("version", ""),
        level=Level(row.level),
        route=told.get("route", ""),
        staff_text=told.get("text", ""),
        evidence=tuple((link, words) for link, words in told.get("evidence", ())),
        sources=tuple(told.get("sources", ())),
        response=ResponseId(row.response_id) if row.response_id else None,
        at=row.at,
    )


def open_task(scope: Scope, change: OpenTask) -> None:
    """Open a task about the case's patient unless it is open already."""
    open_task_row(
        scope.conn,
        scope.vault,
        scope.clinic_key,
        scope.key,
        change.kind,
        change.key,
        at=change.at,
        note=change.note,
        due_at=change.due_at,
    )


def open_task_row(  # noqa: PLR0913 - also for tasks that belong to no patient
    conn: Connection,
    vault: Vault,
    clinic: ClinicKey,
    key: PatientKey | None,
    kind: str,
    task_key: str,
    *,
    at: datetime,
    note: str = "",
    due_at: datetime | None = None,
) -> None:
    """Open a task unless it is open already; without a patient its note is under the clinic's key."""
    row_id, patient = fresh_id(), key.patient if key else None
    values = {
        "clinic_id": clinic.clinic,
        "id": row_id,
        "patient_id": patient,
        "kind": kind,
        "key_index": vault.index(clinic, "task", patient or "", task_key),
        "note": vault.seal_text(key or clinic, "tasks", row_id, "note", note),
        "opened_at": at,
        "due_at": due_at,
    }
    conn.execute(_OPEN_TASK, values)


def close_task_row(  # noqa: PLR0913 - of a patient or of none
    conn: Connection,
    vault: Vault,
    clinic: ClinicKey,
    task_key: str,
    *,
    at: datetime,
    by: str,
    patient: str = "",
) -> None:
    """Close the open task of a patient, or of none, with this key, if there is one."""
    index = vault.index(clinic, "task", patient, task_key)
    values = {"clinic": clinic.clinic, "task_key": index, "closed_at": at, "closed_by": by}
    conn.execute(_CLOSE_TASK, values)


def close_task(scope: Scope, change: CloseTask) -> None:
    """Close the open task with this key, if there is one."""
    values = {
        "clinic": scope.clinic,
        "task_key": scope.index("task", scope.patient, change.key),
        "closed_at": change.at,
        "closed_by": change.by,
    }
    scope.conn.execute(_CLOSE_TASK, values)


def finish_task(scope: Scope, change: FinishTask) -> None:
    """Close one task of the patient with its reason."""
    note = scope.seal("tasks", change.task, "closing_note", change.reason)
    values = {"closed_at": change.at, "closed_by": change.by, "closing_note": note}
    scope.conn.execute(_FINISH_TASK, scope.row(change.task) | values)


def merge_patients(scope: Scope, change: MergePatients) -> None:
    """Show the case's patient under another record; raise NotFound if either is merged already."""
    both = {"clinic": scope.clinic, "both": [scope.patient, change.into]}
    if any(scope.conn.scalars(_MERGED_ALREADY, both)):
        raise NotFound("one of the two is shown under another record already")
    values = {
        "clinic_id": scope.clinic,
        "id": change.id,
        "kept_id": change.into,
        "merged_id": scope.patient,
        "at": change.at,
        "by": change.by,
    }
    scope.conn.execute(_MERGE, values)
    scope.conn.execute(_MERGED_INTO, scope.row(scope.patient) | {"merged_into": change.into})


def unmerge_patients(scope: Scope, change: UnmergePatients) -> None:
    """Let both records stand apart again; raise ConcurrentUpdate if they do already."""
    values = {"undone_at": change.at, "undone_by": change.by}
    if not changed(scope.conn, _UNMERGE, scope.row(change.id) | values):
        raise ConcurrentUpdate("no such merge any more")
    scope.conn.execute(_MERGED_INTO, scope.row(scope.patient) | {"merged_into": None})


def _detail(change: RaiseFlag) -> str:
    told = {
        "key": change.key,
        "rule": change.rule,
        "version": change.rule_version,
        "route": change.route,
        "text": change.staff_text,
        "evidence": change.evidence,
        "sources": change.sources,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
