"""A no to health data: what was told is deleted, the no itself stays."""

from sqlalchemy import bindparam, delete, select, update

from handlers.core.changes import CancelQueued, DropHealthData, OpenTask
from handlers.core.papers import DocumentState
from storage.joined import joined_with
from storage.legal_holds import HELD, is_held
from storage.marks import open_task
from storage.papers import WITHDRAWN
from storage.scope import Scope
from storage.search.tokens import FORGET_HELPERS
from storage.sends import cancel_queued
from storage.tables import (
    answers,
    consents,
    contact_points,
    decisions,
    documents,
    flags,
    inbox,
    outbox,
    responses,
    tasks,
)

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
_DELETE_DECISIONS = delete(decisions).where(
    decisions.c.clinic_id == bindparam("clinic"), decisions.c.patient_id == bindparam("patient")
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
    .where(outbox.c.clinic_id == bindparam("clinic"), outbox.c.patient_id == bindparam("patient"))
    .values(body=None)
)
_BLANK_SIGNATURES = (
    update(consents)
    .where(consents.c.clinic_id == bindparam("clinic"), consents.c.patient_id == bindparam("patient"))
    .values(name=None)
)
_REFUSE_DOCUMENTS = (
    update(documents)
    .where(documents.c.clinic_id == bindparam("clinic"), documents.c.patient_id == bindparam("patient"))
    .values(
        state=DocumentState.REFUSED.value,
        reason=WITHDRAWN,
        ref=None,
        name=None,
        caption=None,
        dated=None,
        sha256=None,
        blob_key=None,
        inspection=None,
        lease_until=None,
    )
)
_BLANK_HELPERS = (
    update(contact_points)
    .where(contact_points.c.clinic_id == bindparam("clinic"))
    .where(contact_points.c.patient_id == bindparam("patient"))
    .values(name=None, relation=None)
)
_ALL = (
    _DELETE_ANSWERS,
    _DELETE_FLAGS,
    _DELETE_DECISIONS,
    _BLANK_TASKS,
    _BLANK_INBOX,
    _BLANK_OUTBOX,
    _BLANK_SIGNATURES,
    _REFUSE_DOCUMENTS,
    _BLANK_HELPERS,
    FORGET_HELPERS,
)


def drop_health_data(scope: Scope, change: DropHealthData) -> None:
    """Delete answers, flags, words and signatures, and destroy the keys of files (a sweep does the rest).

    Nothing that was decided before is sent any more: the words that confirm the no are queued after. What a
    legal hold keeps stays, in every record of the person; a task tells staff.
    """
    cancel_queued(scope, CancelQueued(None, "refused"))
    person = joined_with(scope.conn, scope.clinic, scope.patient)
    if any(is_held(scope.conn, scope.clinic, one) for one in person):
        open_task(scope, OpenTask(HELD, f"{HELD}:{scope.patient}", change.at))
        return
    for statement in _ALL:
        scope.conn.execute(statement, {"clinic": scope.clinic, "patient": scope.patient})
