"""What a whole intake took from a patient: messages and minutes in use. Nothing sealed is opened."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, case, func, select

from handlers.core.case import ResponseStatus, Stage
from storage.tables import inbox, patients, responses
from storage.types import days_between
from storage.views.timeline import TAPS_AND_WORDS

PAUSE: Final = 15.0
"""Minutes: whoever writes nothing for longer was away, and that time is not counted."""

NEWEST: Final = 1000
"""So many patients are counted, those who handed in last: a median says no more of a hundred thousand."""

_DONE: Final = (ResponseStatus.COMPLETED.value, ResponseStatus.AMENDED.value)
_HANDED_IN: Final = (Stage.SUBMITTED.value, Stage.TREATMENT.value, Stage.CLOSED.value)
_r, _i = responses.c, inbox.c


class Whole(NamedTuple):
    """Whole intakes: of how many patients; medians of a patient's taps and messages, and of their minutes."""

    patients: int
    taps: float | None
    minutes: float | None


def whole_intake(conn: Connection, clinic: str, forms: Sequence[str], newest: int = NEWEST) -> Whole:
    """Return the medians in one statement; `forms` are the urls of the intake's parts."""
    own = _efforts(clinic, forms, newest).subquery()
    number = func.count().over().label("number")
    by_taps = func.row_number().over(order_by=own.c.taps).label("by_taps")
    by_minutes = func.row_number().over(order_by=own.c.minutes).label("by_minutes")
    ranked = select(own.c.taps, own.c.minutes, number, by_taps, by_minutes).subquery().c
    row = conn.execute(
        select(
            func.coalesce(func.max(ranked.number), 0),
            _middle(ranked.taps, ranked.by_taps, ranked.number),
            _middle(ranked.minutes, ranked.by_minutes, ranked.number),
        )
    ).one()
    return Whole(int(row[0]), *(None if value is None else float(value) for value in row[1:]))


def of_whole(clinic: str, forms: Sequence[str]) -> Select[Any]:
    """Select the patients whose whole intake was counted."""
    return select(_efforts(clinic, forms, NEWEST).subquery().c.patient_id)


def _middle(value: Any, place: Any, number: Any) -> Any:
    """Return the middle one of an odd number of values, and what lies between the two of an even."""
    return func.avg(case((and_(place * 2 >= number, place * 2 <= number + 2), value)))


def _efforts(clinic: str, forms: Sequence[str], newest: int) -> Select[Any]:
    """Select for each patient who handed it all in how often they tapped or wrote in it, and for how long.

    What they did between two parts belongs to neither.
    """
    before = func.lag(_i.received_at).over(partition_by=_r.id, order_by=_i.seq)
    since = func.coalesce(before, _r.started_at)
    gap = (days_between(since, _i.received_at) * (24 * 60)).label("gap")
    within = and_(
        _i.clinic_id == _r.clinic_id,
        _i.patient_id == _r.patient_id,
        _i.kind.in_(TAPS_AND_WORDS),
        _i.received_at >= _r.started_at,
        _i.received_at <= _r.closed_at,
    )
    each = select(_r.patient_id, gap).join(inbox, within)
    told = each.where(
        _r.clinic_id == clinic, _r.questionnaire.in_(forms), _r.patient_id.in_(_over(clinic, forms, newest))
    )
    one = told.subquery().c
    minutes = func.sum(case((one.gap <= PAUSE, one.gap), else_=0.0)).label("minutes")
    return select(one.patient_id, func.count().label("taps"), minutes).group_by(one.patient_id)


def _over(clinic: str, forms: Sequence[str], newest: int) -> Select[Any]:
    """Select who has handed in the intake and left no part of it open, the last of them."""
    theirs = (_r.clinic_id == clinic, _r.questionnaire.in_(forms))
    is_open = select(_r.patient_id).where(*theirs, _r.status.not_in(_DONE))
    person = patients.c
    return (
        select(_r.patient_id)
        .join(patients, and_(person.clinic_id == _r.clinic_id, person.id == _r.patient_id))
        .where(*theirs, person.stage.in_(_HANDED_IN), _r.patient_id.not_in(is_open))
        .group_by(_r.patient_id)
        .order_by(func.max(_r.closed_at).desc(), _r.patient_id)
        .limit(newest)
    )
