"""A patient's files as papers: which there are, and what staff found when they looked."""

from typing import Final

from sqlalchemy import Connection, bindparam, exists, select, update

from handlers.core.changes import JudgeDocument
from handlers.core.events import SPOKEN
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.core.values import DocumentId
from handlers.errors import NotFound
from storage.keys import PatientKey, Vault
from storage.scope import Scope
from storage.sql import changed, is_row
from storage.tables import documents, patients

WITHDRAWN: Final = "consent"
"""Why a file is not taken of somebody who refused that anything about their health is kept."""
_JUDGE = update(documents).where(*is_row(documents), documents.c.patient_id == bindparam("patient"))
_PAPERS = (
    select(
        *(
            documents.c[name]
            for name in ("id", "purpose", "state", "at", "verdict", "judged_at", "dated", "album")
        ),
    )
    .where(
        documents.c.clinic_id == bindparam("clinic"),
        documents.c.patient_id == bindparam("patient"),
        documents.c.kind.not_in(sorted(SPOKEN)),
        documents.c.reason != WITHDRAWN,
    )
    .order_by(documents.c.at, documents.c.id)
)
HAS_PAPERS = (
    exists(documents.c.id)
    .where(documents.c.clinic_id == patients.c.clinic_id, documents.c.patient_id == patients.c.id)
    .correlate(patients)
    .label("has_papers")
)


def judge_document(scope: Scope, change: JudgeDocument) -> None:
    """Write what staff found in a file; raise NotFound if this patient has no such file."""
    values = {
        "verdict": change.verdict.value,
        "dated": scope.seal("documents", change.id, "dated", change.dated),
        "judged_by": change.by,
        "judged_at": change.at,
    }
    if not changed(scope.conn, _JUDGE, scope.row(change.id) | {"patient": scope.patient} | values):
        raise NotFound("no such file of this patient")


def papers_of(conn: Connection, vault: Vault, key: PatientKey) -> tuple[Paper, ...]:
    """Return a patient's files, in the order in which they came, but for what they spoke."""
    rows = conn.execute(_PAPERS, {"clinic": key.clinic, "patient": key.patient}).all()
    return tuple(
        Paper(
            id=DocumentId(row.id),
            link_id=row.purpose,
            state=DocumentState(row.state),
            at=row.at,
            verdict=Verdict(row.verdict),
            judged_at=row.judged_at,
            dated=vault.open_text(key, "documents", row.id, "dated", row.dated),
            album=row.album,
        )
        for row in rows
    )
