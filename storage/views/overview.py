"""The clinic as a whole in numbers, and who is behind each: the same conditions count and list.

Eight statements, whatever the number of patients. Nothing sealed is opened. Silence is never counted as an
answer: what was not answered, what nobody knows and what is still open stand apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, func, or_, select

from handlers.core.case import FollowUpState as State, ResponseStatus
from storage.tables import answers, follow_ups, outbox, responses
from storage.types import days_between
from storage.views.intake_effort import Whole, whole_intake

OVER: Final = ("answered", "begun", "silent", "unknown", "held")
"""What has become of check-ins that are over, or should have been sent: what a rate is a share of."""
OF: Final = "of"
QUIET: Final = timedelta(days=7)
"""Who has not gone on with a questionnaire for so long has stopped there, as far as anybody knows."""

_f, _r = follow_ups.c, responses.c
_DONE: Final = (ResponseStatus.COMPLETED.value, ResponseStatus.AMENDED.value)
_UNDONE: Final = (ResponseStatus.IN_PROGRESS.value, ResponseStatus.STOPPED.value)
_AHEAD: Final = (State.SCHEDULED.value, State.HELD.value)


Whose = Select[Any]
"""Selects the ids of the patients behind a number."""


class Stop(NamedTuple):
    """Where people stopped: the questionnaire's url, and the question that they answered last."""

    form: str
    link_id: str


class Send(NamedTuple):
    """How messages ended: on which channel, in which state, with which reason of the service."""

    channel: str
    state: str
    code: str


class Count(NamedTuple):
    """How many messages, and of how many patients."""

    number: int
    patients: int


class Part(NamedTuple):
    """One part of the intake: begun, completed; medians of answers and minutes of the completed."""

    begun: int
    done: int
    answers: float | None
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All numbers. `steps`: step → outcome → how many check-ins; `days`: step → the median to an answer."""

    steps: Mapping[str, Mapping[str, int]]
    days: Mapping[str, float]
    stops: Mapping[Stop, int]
    sends: Mapping[Send, Count]
    parts: Mapping[str, Part]
    whole: Whole


def outcomes(now: datetime) -> dict[str, ColumnElement[bool]]:
    """Return what can have become of a planned check-in; each one is exactly one of these."""
    is_due, is_ahead = _f.due_at <= now, _f.state.in_(_AHEAD)
    return {
        "answered": _f.state == State.COMPLETED.value,
        "begun": and_(_f.state == State.MISSED.value, _f.response_id.is_not(None)),
        "silent": and_(_f.state == State.MISSED.value, _f.response_id.is_(None)),
        "unknown": _f.state == State.UNKNOWN.value,
        "held": and_(is_ahead, is_due),
        "waiting": _f.state == State.IN_PROGRESS.value,
        "ahead": and_(is_ahead, ~is_due),
        "cancelled": _f.state == State.CANCELLED.value,
    }


def overview(conn: Connection, clinic: str, now: datetime, forms: Sequence[str]) -> Overview:
    """Return all numbers; `forms` are the urls of the intake's parts."""
    return Overview(
        _steps(conn, clinic, now), _days(conn, clinic), _stops(conn, clinic, now), _sends(conn, clinic),
        _parts(conn, clinic, forms), whole_intake(conn, clinic, forms),
    )  # fmt: skip


def of_step(clinic: str, step: str, outcome: str, now: datetime) -> Whose:
    """Select the patients of whose check-in at this step this has become; KeyError for no such outcome.

    OF names all that a rate is a share of.
    """
    known = outcomes(now)
    such = or_(*(known[one] for one in OVER)) if outcome == OF else known[outcome]
    return select(_f.patient_id).where(_f.clinic_id == clinic, _f.step == step, such)


def of_stop(clinic: str, stop: Stop, now: datetime) -> Whose:
    """Select the patients who stopped after this question."""
    last = _last(clinic, now)
    here = (last.c.questionnaire == stop.form, last.c.link_id == stop.link_id)
    return select(last.c.patient_id).where(last.c.place == 1, *here, last.c.at < now - QUIET)


def of_part(clinic: str, form: str, *, done: bool | None) -> Whose:
    """Select the patients who completed this part of the intake, or have not; None for all who began it."""
    such = {True: _DONE, False: _UNDONE, None: (*_DONE, *_UNDONE)}[done]
    return select(_r.patient_id).where(_r.clinic_id == clinic, _r.questionnaire == form, _r.status.in_(such))


def of_send(clinic: str, send: Send) -> Whose:
    """Select the patients to whom a message ended so."""
    return select(outbox.c.patient_id).where(
        outbox.c.clinic_id == clinic,
        outbox.c.channel == send.channel,
        outbox.c.state == send.state,
        outbox.c.code == send.code,
    )


def of_channel(clinic: str, channel: str, state: str = "") -> Whose:
    """Select the patients who have messages of this channel, all or those in one state."""
    such = (outbox.c.state == state,) if state else ()
    return select(outbox.c.patient_id).where(outbox.c.clinic_id == clinic, outbox.c.channel == channel, *such)


def _steps(conn: Connection, clinic: str, now: datetime) -> dict[str, dict[str, int]]:
    known = outcomes(now)
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in known.items()]
    rows = conn.execute(select(_f.step, *sums).where(_f.clinic_id == clinic).group_by(_f.step)).all()
    return {row.step: {name: int(getattr(row, name)) for name in known} for row in rows}


def _days(conn: Connection, clinic: str) -> dict[str, float]:
    took = select(_f.step.label("of"), days_between(_f.opened_at, _r.closed_at).label("value"))
    took = took.join(responses, and_(_r.clinic_id == clinic, _r.id == _f.response_id)).where(
        _f.clinic_id == clinic,
        _f.state == State.COMPLETED.value,
        _f.opened_at.is_not(None),
        _r.closed_at.is_not(None),
    )
    return {row.of: float(row.middle) for row in conn.execute(_medians(took))}


def _medians(values: Select[Any]) -> Select[Any]:
    """Select the median of the column `value` by the column `of`, as `middle`.

    It is the middle one of an odd number, and lies between the two middle ones of an even.
    """
    own = values.subquery()
    place = func.row_number().over(partition_by=own.c.of, order_by=own.c.value).label("place")
    number = func.count().over(partition_by=own.c.of).label("number")
    ranked = select(own.c.of, own.c.value, place, number).subquery()
    twice = ranked.c.place * 2
    middle = select(ranked.c.of, func.avg(ranked.c.value).label("middle"))
    return middle.where(twice >= ranked.c.number, twice <= ranked.c.number + 2).group_by(ranked.c.of)


def _last(clinic: str, now: datetime) -> Subquery:
    """Return the answers to what is not completed, the newest of each response at place 1."""
    newest = (answers.c.at.desc(), answers.c.id)
    place = func.row_number().over(partition_by=answers.c.response_id, order_by=newest).label("place")
    rows = select(_r.patient_id, _r.questionnaire, answers.c.link_id, answers.c.at, place).join(
        responses, and_(_r.clinic_id == answers.c.clinic_id, _r.id == answers.c.response_id)
    )
    begun = (_r.status.in_(_UNDONE), _r.started_at < now - QUIET)
    return rows.where(answers.c.clinic_id == clinic, answers.c.current, *begun).subquery()


def _stops(conn: Connection, clinic: str, now: datetime) -> dict[Stop, int]:
    last = _last(clinic, now)
    rows = (
        select(last.c.questionnaire, last.c.link_id, func.count().label("number"))
        .where(last.c.place == 1, last.c.at < now - QUIET)
        .group_by(last.c.questionnaire, last.c.link_id)
    )
    return {Stop(row.questionnaire, row.link_id): row.number for row in conn.execute(rows)}


def _sends(conn: Connection, clinic: str) -> dict[Send, Count]:
    by = (outbox.c.channel, outbox.c.state, outbox.c.code)
    counts = (func.count().label("number"), func.count(outbox.c.patient_id.distinct()).label("patients"))
    rows = conn.execute(select(*by, *counts).where(outbox.c.clinic_id == clinic).group_by(*by))
    return {Send(row.channel, row.state, row.code): Count(row.number, row.patients) for row in rows}


def _parts(conn: Connection, clinic: str, forms: Sequence[str]) -> dict[str, Part]:
    own = (_r.clinic_id == clinic, _r.questionnaire.in_(forms))
    is_done = case((_r.status.in_(_DONE), 1), else_=0)
    by_form = select(_r.questionnaire, func.count().label("begun"), func.sum(is_done).label("done"))
    counted = conn.execute(by_form.where(*own).group_by(_r.questionnaire)).all()
    minutes = days_between(_r.started_at, _r.closed_at) * (24 * 60)
    done = (*own, _r.status.in_(_DONE), _r.closed_at.is_not(None))
    took = select(_r.questionnaire.label("of"), minutes.label("value")).where(*done)
    given = (
        select(_r.questionnaire.label("of"), func.count().label("value"))
        .join(answers, and_(answers.c.clinic_id == _r.clinic_id, answers.c.response_id == _r.id))
        .where(*done)
        .group_by(_r.questionnaire, _r.id)
    )
    middle = {row.of: float(row.middle) for row in conn.execute(_medians(took))}
    many = {row.of: float(row.middle) for row in conn.execute(_medians(given))}
    return {
        row.questionnaire: Part(
            row.begun, int(row.done), many.get(row.questionnaire), middle.get(row.questionnaire)
        )
        for row in counted
    }
