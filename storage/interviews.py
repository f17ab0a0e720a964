"""Responses and answers, written and read. What an answer replaces stays as history."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import CloseResponse, DropAnswer, PutAnswer
from handlers.core.codec import decode_values, encode_values
from handlers.core.values import Absent, Answer, AnsweredBy, FollowUpId, ResponseId, Slot
from storage.keys import PatientKey, Vault
from storage.scope import Scope
from storage.sql import is_row, upsert
from storage.tables import answers, responses
from storage.types import moment_param

_START = insert(responses)
_CLOSE = update(responses).where(*is_row(responses))
_PUT = upsert(answers, "value", "source", "by", "absent", "current", "superseded_at", "contact_id")
_SUPERSEDE = (
    update(answers)
    .where(
        answers.c.clinic_id == bindparam("clinic"),
        answers.c.response_id == bindparam("response"),
        answers.c.link_id == bindparam("link"),
        answers.c.instance == bindparam("numbers"),
        answers.c.current,
    )
    .values(current=False, superseded_at=moment_param("moment"))
)
ANSWER_COLUMNS = tuple(
    answers.c[name].label(f"answer_{name}")
    for name in ("id", "link_id", "instance", "value", "source", "by", "absent", "at")
)
RESPONSES = (
    select(
        responses.c.id,
        responses.c.questionnaire,
        responses.c.version,
        responses.c.status,
        responses.c.follow_up_id,
        responses.c.started_at,
        *ANSWER_COLUMNS,
    )
    .outerjoin(
        answers,
        (answers.c.clinic_id == responses.c.clinic_id)
        & (answers.c.response_id == responses.c.id)
        & answers.c.current,
    )
    .where(responses.c.clinic_id == bindparam("clinic"), responses.c.patient_id == bindparam("patient"))
    .order_by(responses.c.started_at, responses.c.id)
)
"""A patient's responses, one row per current answer (or one without an answer)."""


def start_response(scope: Scope, response: Response) -> None:
    """Store a response that is begun."""
    values = {
        "clinic_id": scope.clinic,
        "id": response.id,
        "patient_id": scope.patient,
        "questionnaire": response.questionnaire,
        "version": response.version,
        "status": response.status.value,
        "follow_up_id": response.follow_up,
        "started_at": response.started_at,
    }
    scope.conn.execute(_START, values)
    if response.answers:
        scope.conn.execute(_PUT, [_row(scope, response.id, answer) for answer in response.answers.values()])


def close_response(scope: Scope, change: CloseResponse) -> None:
    """Write how a response ended."""
    values = {"status": change.status.value, "closed_at": change.at}
    scope.conn.execute(_CLOSE, scope.row(change.response) | values)


def put_answer(scope: Scope, change: PutAnswer) -> None:
    """Store an answer; what stood in its slot becomes history."""
    response = scope.case.response(change.response)
    if response is None or change.answer.slot in response.answers:
        _supersede(scope, change.response, change.answer.slot, change.answer.at)
    _insert_answer(scope, change.response, change.answer)


def drop_answer(scope: Scope, change: DropAnswer) -> None:
    """Let an answer be history."""
    _supersede(scope, change.response, change.slot, change.at)


def responses_of(vault: Vault, key: PatientKey, rows: Sequence[Row[Any]]) -> tuple[Response, ...]:
    """Return the responses in rows of `RESPONSES`, in their order."""
    found: dict[str, Response] = {}
    for row in rows:
        response = found.get(row.id) or _response_of(row)
        found[row.id] = response
        if row.answer_id is not None:
            answer = _answer_of(vault, key, row)
            response.answers[answer.slot] = answer
    return tuple(found.values())


def _answer_of(vault: Vault, key: PatientKey, row: Row[Any]) -> Answer:
    """Return the answer in a row that holds `ANSWER_COLUMNS`, without its source: no decision asks for it."""
    value = vault.open_text(key, "answers", row.answer_id, "value", row.answer_value)
    return Answer(
        slot=slot_of(row.answer_link_id, row.answer_instance),
        values=decode_values(value) if value else (),
        at=row.answer_at,
        by=AnsweredBy(row.answer_by),
        absent=Absent(row.answer_absent) if row.answer_absent else None,
    )


def slot_of(link_id: str, instance: str) -> Slot:
    """Return the slot that two columns name."""
    return Slot(link_id, tuple(int(number) for number in instance.split(".")) if instance else ())


def instance_text(slot: Slot) -> str:
    """Return the instance numbers of a slot as they are stored."""
    return ".".join(map(str, slot.instance))


def _response_of(row: Row[Any]) -> Response:
    return Response(
        id=ResponseId(row.id),
        questionnaire=row.questionnaire,
        version=row.version,
        status=ResponseStatus(row.status),
        started_at=row.started_at,
        follow_up=FollowUpId(row.follow_up_id) if row.follow_up_id else None,
        answers={},
    )


def _supersede(scope: Scope, response: str, slot: Slot, moment: Any) -> None:
    values = {
        "clinic": scope.clinic,
        "response": response,
        "link": slot.link_id,
        "numbers": instance_text(slot),
        "moment": moment,
    }
    scope.conn.execute(_SUPERSEDE, values)


def _insert_answer(scope: Scope, response: str, answer: Answer) -> None:
    scope.conn.execute(_PUT, _row(scope, response, answer))


def _row(scope: Scope, response: str, answer: Answer) -> dict[str, Any]:
    row_id = scope.index("answer", response, str(answer.slot), answer.source, answer.at.isoformat()).hex()
    value = encode_values(answer.values) if answer.values else ""
    return {
        "clinic_id": scope.clinic,
        "id": row_id,
        "response_id": response,
        "link_id": answer.slot.link_id,
        "instance": instance_text(answer.slot),
        "value": scope.seal("answers", row_id, "value", value),
        "source": scope.seal("answers", row_id, "source", answer.source),
        "by": answer.by.value,
        "absent": answer.absent.value if answer.absent else None,
        "at": answer.at,
        "current": True,
        "superseded_at": None,
        "contact_id": answer.who,
    }
