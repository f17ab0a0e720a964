"""A no to health data: what was told is deleted, the no itself stays."""

from sqlalchemy import bindparam, delete, select, update

from handlers.core.changes import DocumentState
from storage.scope import Scope
from storage.states import SendState
from storage.tables import answers, documents, flags, inbox, outbox, responses, tasks
from storage.types import is_one_of

_DELETE_ANSWERS = delete(answers).where(
    answers.c.clinic_id == bindparam("clinic"),
    answers.c.response_id.in_(
        select(responses.c.id).where(
            responses.c.clinic_id == bindparam("clinic"), responses.c.patient_id == bindparam("patient")
        )
    ),
)
_DELETE_FLAGS = delete(flags).where(
    flags.c.clinic_id == bindparam("clinic"), flags.c.patient_id == bindparam("patient")
)
_BLANK_TASKS = (
    update(tasks)
    .where(tasks.c.clinic_id == bindparam("clinic"), tasks.c.patient_id == bindparam("patient"))
    .values(note=None, closing_note=None)
)
_BLANK_INBOX = (
    update(inbox)
    .where(inbox.c.clinic_id == bindparam("clinic"), inbox.c.patient_id == bindparam("patient"))
    .values(text=None)
)
_BLANK_OUTBOX = (
    update(outbox)
    .where(
        outbox.c.clinic_id == bindparam("clinic"),
        outbox.c.patient_id == bindparam("patient"),
        ~is_one_of(outbox.c.state, SendState.QUEUED, SendState.SENDING),
    )
    .values(body=None)
)
_REFUSE_DOCUMENTS = (
    update(documents)
    .where(documents.c.clinic_id == bindparam("clinic"), documents.c.patient_id == bindparam("patient"))
    .values(
        state=DocumentState.REFUSED.value,
        reason="consent",
        ref=None,
        name=None,
        caption=None,
        sha256=None,
        blob_key=None,
        lease_until=None,
    )
)
_ALL = (_DELETE_ANSWERS, _DELETE_FLAGS, _BLANK_TASKS, _BLANK_INBOX, _BLANK_OUTBOX, _REFUSE_DOCUMENTS)


def drop_health_data(scope: Scope) -> None:
    """Delete answers, flags and words, and destroy the keys of files (their sweep deletes the rest)."""
    for statement in _ALL:
        scope.conn.execute(statement, {"clinic": scope.clinic, "patient": scope.patient})
