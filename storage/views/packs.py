"""Whom another pack affects: running questionnaires, planned check-ins, and the patients they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, union

from handlers.core.case import FollowUpState, ResponseStatus
from storage.tables import audit, follow_ups, responses

_OPEN: Final = (FollowUpState.SCHEDULED, FollowUpState.HELD, FollowUpState.IN_PROGRESS)
_RUNS = (responses.c.clinic_id == bindparam("clinic"), responses.c.status == ResponseStatus.IN_PROGRESS)
_STANDS = (follow_ups.c.clinic_id == bindparam("clinic"), follow_ups.c.state.in_(_OPEN))
_RUNNING = (
    select(responses.c.questionnaire, func.count().label("n"))
    .where(*_RUNS)
    .group_by(responses.c.questionnaire)
)
_PLANNED = select(follow_ups.c.step, func.count().label("n")).where(*_STANDS).group_by(follow_ups.c.step)
_PEOPLE = union(
    select(responses.c.patient_id).where(*_RUNS), select(follow_ups.c.patient_id).where(*_STANDS)
).subquery()
_PATIENTS = select(func.count()).select_from(_PEOPLE)
_ACTS = (
    select(audit.c.actor, audit.c.at)
    .where(
        audit.c.clinic_id == bindparam("clinic"),
        audit.c.action == bindparam("act"),
        audit.c.subject == bindparam("about"),
    )
    .order_by(audit.c.seq.desc())
    .limit(20)
)


@dataclass(frozen=True, slots=True)
class Underway:
    """What is going on: patients in it, running questionnaires by url, planned check-ins by step."""

    patients: int
    running: Mapping[str, int]
    planned: Mapping[str, int]


def underway(conn: Connection, clinic: str) -> Underway:
    """Return what another pack finds going on."""
    values = {"clinic": clinic}
    return Underway(
        conn.scalar(_PATIENTS, values) or 0,
        {row.questionnaire: row.n for row in conn.execute(_RUNNING, values)},
        {row.step: row.n for row in conn.execute(_PLANNED, values)},
    )


def acts_on(conn: Connection, clinic: str, action: str, subject: str) -> list[tuple[str, object]]:
    """Return (who, when) of the newest acts of one kind on one thing."""
    values = {"clinic": clinic, "act": action, "about": subject}
    return [(row.actor, row.at) for row in conn.execute(_ACTS, values)]
