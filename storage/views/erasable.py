"""What erasing a patient would take, told by numbers alone: nobody who erases reads a word of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, exists, func, select

from handlers.core.case import FollowUpState
from handlers.core.values import PatientId
from handlers.errors import NotFound
from storage.erasure.asked import ASKED
from storage.joined import joined_with, readable
from storage.keys import ClinicKey, Vault
from storage.states import SendState
from storage.tables import (
    anchors,
    answers,
    audit,
    documents,
    follow_ups,
    inbox,
    legal_holds,
    outbox,
    patients,
    responses,
    tasks,
)
from storage.views.notices import staff_names
from storage.views.opening import Opener, opener_of

_UNSENT: Final = (SendState.QUEUED, SendState.HELD, SendState.SENDING)
_PLANNED: Final = (FollowUpState.SCHEDULED, FollowUpState.HELD, FollowUpState.IN_PROGRESS)
_COUNTED: Final[Mapping[str, tuple[Table, tuple[ColumnElement[bool], ...]]]] = {
    "files": (documents, ()),
    "heard": (inbox, ()),
    "said": (outbox, (outbox.c.state.not_in(_UNSENT),)),
    "dates": (anchors, ()),
    "planned": (outbox, (outbox.c.state.in_(_UNSENT),)),
    "check_ins": (follow_ups, (follow_ups.c.state.in_(_PLANNED),)),
}
"""What is counted of a patient, by the name that the page gives it; answers besides."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold that stands: why, since when, and who set it."""

    reason: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Erasable:
    """A patient as the page of erasing shows them."""

    patient: PatientId
    code: str
    counts: Mapping[str, int] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    joined: tuple[str, ...] = ()
    """Case numbers of records that are shown as one with this and are erased with it."""
    is_erased: bool = False
    erased_at: datetime | None = None
    erased_by: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A patient who asked to be deleted, and whether a legal hold stands."""

    patient: PatientId
    code: str
    asked_at: datetime
    on_hold: bool


def erasable(conn: Connection, vault: Vault, key: ClinicKey, patient: PatientId) -> Erasable:
    """Return what erasing would take, or when it was done; raise NotFound."""
    wanted = select(patients, patients.c.id.label("patient_id"))
    row = conn.execute(wanted.where(patients.c.clinic_id == key.clinic, patients.c.id == patient)).first()
    if row is None:
        raise NotFound("no such patient")
    names = staff_names(conn, vault, key)
    if row.wrapped_key is None:
        return _erased(conn, key, row, names)
    ids = readable(conn, key.clinic, joined_with(conn, key.clinic, patient))
    person = conn.execute(wanted.where(patients.c.clinic_id == key.clinic, patients.c.id.in_(ids))).all()
    return Erasable(
        patient,
        row.code,
        counts=_counts(conn, key.clinic, [one.id for one in person]),
        holds=tuple(
            hold
            for one in person
            for hold in _holds(conn, key.clinic, opener_of(vault, key, one), one.id, names)
        ),
        joined=tuple(sorted(one.code for one in person if one.id != patient)),
    )


def patient_with(conn: Connection, clinic: str, code: str) -> PatientId:
    """Return whose case number this is, erased or not; raise NotFound."""
    wanted = select(patients.c.id).where(patients.c.clinic_id == clinic, patients.c.code == code)
    found = conn.scalar(wanted)
    if found is None:
        raise NotFound("no such case number")
    return PatientId(found)


def wishes(conn: Connection, clinic: str) -> tuple[Wish, ...]:
    """Return who asked to be deleted and is still here, the oldest wish first."""
    same = (patients.c.clinic_id == tasks.c.clinic_id) & (patients.c.id == tasks.c.patient_id)
    held = exists().where(
        legal_holds.c.clinic_id == tasks.c.clinic_id,
        legal_holds.c.patient_id == tasks.c.patient_id,
        legal_holds.c.ended_at.is_(None),
    )
    wanted = select(patients.c.id, patients.c.code, tasks.c.opened_at, held.label("on_hold")).join(
        tasks, same
    )
    rows = conn.execute(
        wanted.where(tasks.c.clinic_id == clinic, tasks.c.kind == ASKED, tasks.c.closed_at.is_(None))
        .where(patients.c.wrapped_key.is_not(None))
        .order_by(tasks.c.opened_at)
    )
    return tuple(Wish(PatientId(row.id), row.code, row.opened_at, bool(row.on_hold)) for row in rows)


def _erased(conn: Connection, key: ClinicKey, row: Row[Any], names: Mapping[str, str]) -> Erasable:
    wanted = (
        select(audit.c.at, audit.c.actor)
        .where(audit.c.clinic_id == key.clinic, audit.c.subject == row.id)
        .where(audit.c.action.startswith("patient.erase."))
        .order_by(audit.c.seq.desc())
    )
    act = conn.execute(wanted.limit(1)).first()
    return Erasable(
        PatientId(row.id),
        row.code,
        is_erased=True,
        erased_at=act.at if act else None,
        erased_by=names.get(act.actor, act.actor) if act else "",
    )


def _counts(conn: Connection, clinic: str, person: list[str]) -> dict[str, int]:
    def number(table: Table, such: tuple[ColumnElement[bool], ...]) -> int:
        own = and_(table.c.clinic_id == clinic, table.c.patient_id.in_(person), *such)
        return conn.scalar(select(func.count()).select_from(table).where(own)) or 0

    theirs = select(responses.c.id).where(responses.c.clinic_id == clinic, responses.c.patient_id.in_(person))
    told = select(func.count()).where(answers.c.clinic_id == clinic, answers.c.response_id.in_(theirs))
    return {"answers": conn.scalar(told) or 0} | {name: number(*what) for name, what in _COUNTED.items()}


def _holds(
    conn: Connection, clinic: str, opener: Opener, patient: str, names: Mapping[str, str]
) -> tuple[Hold, ...]:
    standing = (
        select(legal_holds)
        .where(legal_holds.c.clinic_id == clinic, legal_holds.c.patient_id == patient)
        .where(legal_holds.c.ended_at.is_(None))
        .order_by(legal_holds.c.since)
    )
    return tuple(
        Hold(opener.text("legal_holds", row, "reason"), row.since, names.get(row.by, row.by))
        for row in conn.execute(standing)
    )
