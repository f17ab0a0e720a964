"""A patient's responses, each answer with what stood there before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from handlers.core.case import Response, ResponseStatus
from handlers.core.codec import decode_values
from handlers.core.values import Absent, Answer, AnsweredBy, ContactId, FollowUpId, PatientId, ResponseId
from storage.interviews import slot_of
from storage.tables import answers, responses
from storage.views.models import PastAnswer, ResponseView
from storage.views.opening import Opener


def responses_of(
    conn: Connection, clinic: str, patient: PatientId, opener: Opener
) -> tuple[ResponseView, ...]:
    """Return the patient's responses, oldest first."""
    wanted = select(responses).where(responses.c.clinic_id == clinic, responses.c.patient_id == patient)
    rows = conn.execute(wanted.order_by(responses.c.started_at, responses.c.id)).all()
    given = _answers(conn, clinic, [row.id for row in rows])
    return tuple(_view(row, given.get(row.id, ()), opener) for row in rows)


def _answers(conn: Connection, clinic: str, ids: Sequence[str]) -> Mapping[str, Sequence[Row[Any]]]:
    wanted = select(answers).where(answers.c.clinic_id == clinic, answers.c.response_id.in_(ids))
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(wanted.order_by(answers.c.at)):
        found[row.response_id].append(row)
    return found


def _view(row: Row[Any], given: Sequence[Row[Any]], opener: Opener) -> ResponseView:
    current = [answer(one, opener) for one in given if one.current]
    return ResponseView(
        response=Response(
            id=ResponseId(row.id),
            questionnaire=row.questionnaire,
            version=row.version,
            status=ResponseStatus(row.status),
            started_at=row.started_at,
            follow_up=FollowUpId(row.follow_up_id) if row.follow_up_id else None,
            answers={one.slot: one for one in current},
        ),
        completed_at=row.closed_at,
        history=tuple(_past(one, opener) for one in given if not one.current),
    )


def _past(row: Row[Any], opener: Opener) -> PastAnswer:
    past = answer(row, opener)
    return PastAnswer(past.slot, past, row.superseded_at or row.at)


def answer(row: Row[Any], opener: Opener) -> Answer:
    """Return the answer in a row, current or not."""
    value = opener.text("answers", row, "value")
    return Answer(
        slot=slot_of(row.link_id, row.instance),
        values=decode_values(value) if value else (),
        at=row.at,
        by=AnsweredBy(row.by),
        source="",
        absent=Absent(row.absent) if row.absent else None,
        who=ContactId(row.contact_id) if row.contact_id else None,
    )
