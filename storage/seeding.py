"""Invented patients, written by what writes real ones, and then what has come of it since in their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, update

from handlers.core.case import Case
from handlers.core.changes import Change
from handlers.core.papers import DocumentState
from handlers.core.values import OutboxId
from storage.apply import apply_all
from storage.keys import ClinicKey, Vault
from storage.sql import insert_numbered, is_row
from storage.states import InboxState, SendState
from storage.tables import documents, flags, inbox, outbox, tasks
from storage.types import moment_param

BY: Final = "seed"
ARRIVED: Final = frozenset({SendState.DELIVERED, SendState.READ})
TAKEN: Final = ARRIVED | {SendState.SENT}

_HEARD = insert_numbered(inbox)
_SENT = update(outbox).where(*is_row(outbox))


def _theirs(table: Any) -> Any:
    return (
        update(table)
        .where(table.c.clinic_id == bindparam("clinic"))
        .where(table.c.patient_id == bindparam("patient"))
    )


def _closed(table: Any, column: str = "at") -> Any:
    return _theirs(table).values({"closed_at": table.c[column], "closed_by": BY})


_SEEN = (_closed(flags), _closed(tasks, "opened_at"))
_KEPT = _theirs(documents).values(
    state=DocumentState.STORED.value,
    mime=documents.c.mime_sent,
    size=documents.c.size_sent,
    stored_at=documents.c.at,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """How a message of ours ended."""

    id: OutboxId
    state: SendState
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of theirs."""

    id: str
    at: datetime
    text: str


@dataclass(slots=True)
class Life:
    """Somebody new, the changes to save, and what has come of it since.

    `is_seen`: staff have closed the flags and the task. `answers` are those among the changes.
    """

    case: Case
    changes: list[Change]
    sent: list[Sent] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    is_seen: bool = True
    answers: int = 0


def store(conn: Connection, vault: Vault, clinic: ClinicKey, lives: Iterable[Life]) -> None:
    """Write some lives; nothing of them waits to be sent or fetched afterwards.

    Raise ConcurrentUpdate if one of them is there already.
    """
    for life in lives:
        key = vault.new_patient_key(clinic, life.case.patient.id)
        apply_all(conn, vault, clinic, key, life.case, life.changes)
        whose = {"clinic": clinic.clinic, "patient": key.patient}
        conn.execute(_KEPT, whose)
        for statement in _SEEN if life.is_seen else ():
            conn.execute(statement, whose)
        if life.sent:
            conn.execute(_SENT_ALL, [_end(clinic.clinic, one) for one in life.sent])
        if life.heard:
            conn.execute(_HEARD, _heard(vault, clinic, key, life))


_SENT_ALL = _SENT.values(
    state=bindparam("became"),
    code=bindparam("because"),
    sent_at=moment_param("taken_at"),
    delivered_at=moment_param("arrived_at"),
    read_at=moment_param("seen_at"),
    settled_at=moment_param("ended_at"),
)


def _end(clinic: str, one: Sent) -> dict[str, Any]:
    return {
        "clinic": clinic,
        "row": one.id,
        "became": one.state.value,
        "because": one.code,
        "taken_at": one.at if one.state in TAKEN else None,
        "arrived_at": one.at if one.state in ARRIVED else None,
        "seen_at": one.at if one.state is SendState.READ else None,
        "ended_at": one.at,
    }


def _heard(vault: Vault, clinic: ClinicKey, key: Any, life: Life) -> Sequence[dict[str, Any]]:
    point = life.case.contact.point
    return [
        {
            "clinic_id": clinic.clinic,
            "id": one.id,
            "channel": point.channel.value,
            "account": point.account,
            "conversation": vault.index(clinic, "address", point.channel, point.account, point.address),
            "day": one.at.date().isoformat(),
            "body": None,
            "state": InboxState.DONE.value,
            "received_at": one.at,
            "patient_id": key.patient,
            "kind": "Said",
            "text": vault.seal_text(key, "inbox", one.id, "text", one.text),
        }
        for one in life.heard
    ]
