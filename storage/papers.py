"""A patient's files as papers: which there are, and what staff found when they looked."""

from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, exists, select, update

from handlers.core.changes import JudgeDocument
from handlers.core.day_limit import Came
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
_READ = (
    *("id", "purpose", "state", "at", "verdict", "judged_at", "dated", "album"),
    *("kind", "size", "size_sent"),
)
_FILES = (
    select(*(documents.c[name] for name in _READ))
    .where(
        documents.c.clinic_id == bindparam("clinic"),
        documents.c.patient_id == bindparam("patient"),
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


def files_of(conn: Connection, vault: Vault, key: PatientKey) -> tuple[tuple[Paper, ...], tuple[Came, ...]]:
    """Return a patient's files in the order in which they came, and how large all were.

    What they spoke is no paper. Of a file that was refused no byte is here.
    """
    rows = conn.execute(_FILES, {"clinic": key.clinic, "patient": key.patient}).all()
    papers = (_paper(vault, key, row) for row in rows if row.kind not in SPOKEN)
    return tuple(papers), tuple(Came(row.at, _size(row)) for row in rows)


def _paper(vault: Vault, key: PatientKey, row: Row[Any]) -> Paper:
    return Paper(
        id=DocumentId(row.id),
        link_id=row.purpose,
        state=DocumentState(row.state),
        at=row.at,
        verdict=Verdict(row.verdict),
        judged_at=row.judged_at,
        dated=vault.open_text(key, "documents", row.id, "dated", row.dated),
        album=row.album,
    )


def _size(row: Row[Any]) -> int:
    if row.state == DocumentState.REFUSED:
        return 0
    return row.size if row.size is not None else row.size_sent or 0
