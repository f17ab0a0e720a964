"""Everything about one patient, in one consistent read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from handlers.core.case import Anchor, Contact, Patient, Reach
from handlers.core.file_names import safe_name
from handlers.core.frozen import replace
from handlers.core.inspection import read_inspection
from handlers.core.papers import DocumentState, Verdict
from handlers.core.protocol import UNFINISHED
from handlers.core.summary.told import ToldConsent
from handlers.core.values import (
    AnsweredBy,
    ChannelKind,
    ContactId,
    ContactPoint,
    DocumentId,
    Language,
    PatientId,
    Purpose,
    ResponseId,
)
from handlers.errors import NotFound
from storage.keys import ClinicKey, Vault
from storage.plans import follow_up_of
from storage.tables import anchors, consents, contact_points, documents, follow_ups, patients
from storage.views.answered import responses_of
from storage.views.history import HistoryPage, Kind, history
from storage.views.models import DocumentView, MessageView, Record
from storage.views.notices import consent, decisions_of, flags_of, staff_names, tasks_of
from storage.views.opening import Opener, opener_of, patient_of
from storage.views.timeline import CHAT, messages

_PATIENT = select(patients, patients.c.id.label("patient_id"))


def record(conn: Connection, vault: Vault, key: ClinicKey, patient: PatientId) -> Record:
    """Return everything about a patient; raise NotFound if this clinic has no such patient."""
    row, opener = _patient(conn, vault, key, patient)
    clinic = key.clinic
    names = staff_names(conn, vault, key)
    return Record(
        patient=_with_names(patient_of(row, opener), names),
        contacts=tuple(
            _contact(one, opener) for one in _rows(conn, contact_points, clinic, patient, "since")
        ),
        consents=_latest(_rows(conn, consents, clinic, patient, "at")),
        responses=responses_of(conn, clinic, patient, opener),
        flags=flags_of(conn, clinic, patient, opener, names),
        documents=tuple(_document(one, opener) for one in _rows(conn, documents, clinic, patient, "at")),
        anchors=tuple(_anchor(one, opener) for one in _rows(conn, anchors, clinic, patient, "at")),
        follow_ups=tuple(
            follow_up_of(patient, one)
            for one in _rows(conn, follow_ups, clinic, patient, "due_at")
            if one.step != UNFINISHED
        ),
        tasks=tasks_of(conn, clinic, patient, opener, names),
        messages=messages(conn, clinic, patient, opener),
        merged_into=PatientId(row.merged_into) if row.merged_into else None,
        merged=_merged(conn, vault, key, patient),
        decisions=decisions_of(conn, clinic, patient, opener, names),
        is_erased=opener.key is None,
    )


def said(conn: Connection, vault: Vault, key: ClinicKey, patient: PatientId) -> tuple[MessageView, ...]:
    """Return a patient's newest messages, as far back as one scrolls in a chat; raise NotFound."""
    _, opener = _patient(conn, vault, key, patient)
    return messages(conn, key.clinic, patient, opener, newest=CHAT)


def happened(
    conn: Connection,
    vault: Vault,
    key: ClinicKey,
    page: tuple[PatientId, Kind, datetime | None],
) -> tuple[Patient, HistoryPage]:
    """Return a patient with a page of what happened: which kind, before which moment; raise NotFound."""
    row, opener = _patient(conn, vault, key, page[0])
    return patient_of(row, opener), history(conn, vault, key, opener, page)


def document(
    conn: Connection, vault: Vault, key: ClinicKey, patient: PatientId, document_id: DocumentId
) -> DocumentView:
    """Return one file's row; raise NotFound if this patient has no such file."""
    _, opener = _patient(conn, vault, key, patient)
    wanted = select(documents).where(
        documents.c.clinic_id == key.clinic,
        documents.c.patient_id == patient,
        documents.c.id == document_id,
    )
    row = conn.execute(wanted).first()
    if row is None:
        raise NotFound("no such document")
    return _document(row, opener)


def _patient(conn: Connection, vault: Vault, key: ClinicKey, patient: PatientId) -> tuple[Row[Any], Opener]:
    wanted = _PATIENT.where(patients.c.clinic_id == key.clinic, patients.c.id == patient)
    row = conn.execute(wanted).first()
    if row is None:
        raise NotFound("no such patient")
    return row, opener_of(vault, key, row)


def _rows(conn: Connection, table: Table, clinic: str, patient: str, order: str) -> list[Row[Any]]:
    wanted = select(table).where(table.c.clinic_id == clinic, table.c.patient_id == patient)
    return list(conn.execute(wanted.order_by(table.c[order])).all())


def _merged(conn: Connection, vault: Vault, key: ClinicKey, patient: str) -> tuple[Patient, ...]:
    wanted = _PATIENT.where(patients.c.clinic_id == key.clinic, patients.c.merged_into == patient)
    rows = conn.execute(wanted.order_by(patients.c.code)).all()
    return tuple(patient_of(row, opener_of(vault, key, row)) for row in rows)


def _with_names(person: Patient, names: Mapping[str, str]) -> Patient:
    """Return a patient with the names of those who said something of a paper, where they are known."""
    marks = (replace(mark, by=names.get(mark.by, "")) for mark in person.paper_marks)
    return replace(person, paper_marks=tuple(marks)) if person.paper_marks else person


def _contact(row: Row[Any], opener: Opener) -> Contact:
    """Return a contact without its address and dialogue: the console shows neither."""
    return Contact(
        id=ContactId(row.id),
        point=ContactPoint(ChannelKind(row.channel), row.account, ""),
        reach=Reach(row.reach),
        by=AnsweredBy(row.by),
        window_closes_at=row.window_closes_at,
        last_heard_at=row.last_heard_at,
        preferred=row.preferred,
        name=opener.text("contact_points", row, "name"),
        relation=opener.text("contact_points", row, "relation"),
        language=Language(row.language) if row.language else None,
    )


def _latest(rows: list[Row[Any]]) -> tuple[ToldConsent, ...]:
    newest = {row.purpose: row for row in rows}
    return tuple(consent(newest[purpose]) for purpose in Purpose if purpose in newest)


def _document(row: Row[Any], opener: Opener) -> DocumentView:
    return DocumentView(
        id=DocumentId(row.id),
        patient=PatientId(row.patient_id),
        kind=row.kind,
        name=safe_name(name) if (name := opener.text("documents", row, "name")) else "",
        mime=row.mime or row.mime_sent,
        size=row.size if row.size is not None else row.size_sent,
        sha256=row.sha256 or "",
        caption=opener.text("documents", row, "caption"),
        purpose=row.purpose,
        state=DocumentState(row.state),
        received_at=row.at,
        by=AnsweredBy(row.by),
        reason=row.reason,
        verdict=Verdict(row.verdict),
        dated=opener.text("documents", row, "dated"),
        response=ResponseId(row.response_id) if row.response_id else None,
        inspection=read_inspection(found) if (found := opener.text("documents", row, "inspection")) else None,
        who=ContactId(row.contact_id),
    )


def _anchor(row: Row[Any], opener: Opener) -> Anchor:
    route = opener.text("anchors", row, "route")
    return Anchor(row.id, PatientId(row.patient_id), row.kind, row.local, row.zone, route)
