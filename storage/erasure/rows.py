"""What an erased patient leaves in the tables: that there was one, with dates and states, and not a word."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, null, or_, select, update

from handlers.core.case import FollowUpState, Reach, Stage
from handlers.core.papers import DocumentState
from handlers.core.values import ChannelKind, ContactPoint
from storage.erasure.alert_rows import ERASED, OF_ALERTS
from storage.keys import ClinicKey, PatientKey, Vault
from storage.search.tokens import FORGET_ALL
from storage.states import InboxState, SendState
from storage.tables import (
    anchors,
    answers,
    consents,
    contact_aliases,
    contact_points,
    decisions,
    documents,
    emergency_openings,
    first_words,
    flags,
    follow_ups,
    inbox,
    invitations,
    legal_holds,
    outbox,
    patient_tags,
    patients,
    responses,
    staff_notes,
    tasks,
    web_emails,
    work_marks,
)


def _theirs(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.clinic_id == bindparam("clinic"), table.c.patient_id == bindparam("patient")


def _ids(table: Table, column: str = "id") -> Any:
    return select(table.c[column]).where(*_theirs(table))


_OF_PERSONS = (
    "wrapped_key",
    "name",
    "birth_date",
    "country",
    "role",
    "language",
    "trips",
    "paused_until",
    "talk",
    "talk_until",
    "paper_marks",
)
_KEY = (
    update(patients)
    .where(patients.c.clinic_id == bindparam("clinic"), patients.c.id == bindparam("patient"))
    .values(
        dict.fromkeys(_OF_PERSONS, null())
        | {"purposes": "", "zone": "", "decision": "", "stage": Stage.CLOSED.value}
        | {"version": patients.c.version + 1}
    )
)
_POINTS = select(contact_points).where(*_theirs(contact_points))
_QUIET_POINT = (
    update(contact_points)
    .where(contact_points.c.clinic_id == bindparam("clinic"), contact_points.c.id == bindparam("point"))
    .values(
        dict.fromkeys(("address", "dialogue", "name", "relation", "language"), null())
        | {"reach": Reach.STOPPED.value, "window_closes_at": None, "address_index": bindparam("nobody")}
    )
)
_FORGET_ADDRESS = (
    update(inbox)
    .where(inbox.c.clinic_id == bindparam("clinic"), inbox.c.conversation == bindparam("index"))
    .values(conversation=bindparam("nobody"), body=None, text=None, state=InboxState.DONE.value, code=ERASED)
)
_FORGET_FIRST_WORDS = delete(first_words).where(
    first_words.c.clinic_id == bindparam("clinic"), first_words.c.address_index == bindparam("index")
)
_OF_DOCUMENTS = (
    "ref",
    "name",
    "caption",
    "source",
    "dated",
    "sha256",
    "blob_key",
    "inspection",
    "lease_until",
)
_UNSENT = (SendState.QUEUED, SendState.HELD)
_STATEMENTS: Final = (
    _KEY,
    delete(contact_aliases).where(
        contact_aliases.c.clinic_id == bindparam("clinic"),
        contact_aliases.c.contact_id.in_(_ids(contact_points)),
    ),
    *(delete(table).where(*_theirs(table)) for table in (web_emails, work_marks)),
    FORGET_ALL,
    delete(answers).where(
        answers.c.clinic_id == bindparam("clinic"), answers.c.response_id.in_(_ids(responses))
    ),
    delete(responses).where(*_theirs(responses)),
    *(
        delete(table).where(*_theirs(table))
        for table in (flags, decisions, anchors, staff_notes, patient_tags)
    ),
    update(tasks).where(*_theirs(tasks)).values(dict.fromkeys(("note", "closing_note"), null())),
    update(tasks)
    .where(*_theirs(tasks), tasks.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"), closed_by=bindparam("by")),
    update(consents).where(*_theirs(consents)).values(name=None),
    *(
        update(table).where(*_theirs(table)).values(reason=None)
        for table in (legal_holds, emergency_openings)
    ),
    update(invitations)
    .where(*_theirs(invitations))
    .values({"label": None, "code": None, "revoked_at": bindparam("now")}),
    update(inbox).where(*_theirs(inbox)).values(text=None, body=None),
    update(outbox)
    .where(*_theirs(outbox))
    .values(dict.fromkeys(("body", "provider_id", "provider_index"), null()) | {"conversation": b""}),
    update(outbox)
    .where(*_theirs(outbox), outbox.c.state.in_([*_UNSENT, SendState.SENDING]))
    .values(state=SendState.CANCELLED.value, cancelled=ERASED, code=ERASED, settled_at=bindparam("now")),
    update(follow_ups)
    .where(
        *_theirs(follow_ups),
        or_(
            follow_ups.c.next_at.is_not(None),
            follow_ups.c.state.in_([FollowUpState.SCHEDULED, FollowUpState.HELD, FollowUpState.IN_PROGRESS]),
        ),
    )
    .values(state=FollowUpState.CANCELLED.value, reason=ERASED, next_at=None, lease_until=None),
    update(documents)
    .where(*_theirs(documents))
    .values(dict.fromkeys(_OF_DOCUMENTS, null()) | {"state": DocumentState.REFUSED.value, "reason": ERASED}),
    *OF_ALERTS,
)


def points_of(conn: Connection, vault: Vault, key: PatientKey) -> list[ContactPoint]:
    """Return where a patient can be reached, as long as they are not erased."""
    rows = conn.execute(_POINTS, {"clinic": key.clinic, "patient": key.patient}).all()
    return [
        ContactPoint(
            ChannelKind(row.channel),
            row.account,
            vault.open_text(key, "contact_points", row.id, "address", row.address),
        )
        for row in rows
    ]


def erase_rows(
    conn: Connection, vault: Vault, key: ClinicKey, patient: str, *, now: datetime, by: str
) -> None:
    """Destroy a patient's key and words, call off what waits, and let nobody find them by an address.

    The files lose the keys that open them here; `Fetches.sweep` deletes them.
    """
    clinic = key.clinic
    whose = {"clinic": clinic, "patient": patient}
    for point in conn.execute(_POINTS, whose).all():
        about = {"clinic": clinic, "index": point.address_index, "nobody": vault.index(key, ERASED, point.id)}
        conn.execute(_FORGET_ADDRESS, about)
        conn.execute(_FORGET_FIRST_WORDS, {"clinic": clinic, "index": point.address_index})
        conn.execute(_QUIET_POINT, {"clinic": clinic, "point": point.id, "nobody": about["nobody"]})
    values = whose | {"now": now, "by": by}
    for statement in _STATEMENTS:
        conn.execute(statement, {name: values[name] for name in statement.compile().params if name in values})
