"""All patients' answers to the same symptoms, counted: three statements, however many patients there are.

Answers are sealed under each patient's own key, so the database cannot count them. They are streamed in the
order of patients, opened a few hundred at a time and only counted: nothing of anybody stays in memory. On
SQLite this runs in a reader's thread; on PostgreSQL every few hundred rows the event loop gets its turn.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select

from handlers.core.case import FollowUpState, ResponseStatus
from handlers.core.codec import decode_values
from handlers.core.values import Coding
from storage.keys import ClinicKey, Vault
from storage.tables import answers, follow_ups, patients, responses
from storage.views.opening import Opener, opener_of

AT_ONCE: Final = 250
"""So many rows are fetched and opened before others have their turn."""
BASELINE: Final = ""
"""Stands for the intake where check-ins are named by their step."""

Point = tuple[str, str]
"""A symptom, by its linkId in the check-ins, and a step, or `BASELINE`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted: linkId → symptom in the check-ins and in the intake, the steps, and the forms."""

    symptoms: frozenset[str]
    twins: Mapping[str, str]
    """linkId in the intake → the symptom."""
    steps: frozenset[str]
    forms: frozenset[str]
    """The urls of the questionnaires that ask for them: no other answer is looked at."""


@dataclass(slots=True)
class Progress:
    """How far counting has come, in patients; another thread writes it."""

    done: int = 0
    total: int = 0


@dataclass(slots=True)
class Turnout:
    """One step's check-ins that were opened: how many, how many answered or still open, and how fast."""

    opened: int = 0
    answered: int = 0
    waiting: int = 0
    took: list[timedelta] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Per point how often each code or number was said, one per patient's record; per step its turnout."""

    said: Mapping[Point, Mapping[str, int]]
    turnout: Mapping[str, Turnout]
    patients: int


def cohort(conn: Connection, vault: Vault, key: ClinicKey, wanted: Wanted, progress: Progress) -> Cohort:
    """Return what a clinic's patients said, counted; `progress` tells meanwhile how far it is."""
    known = select(func.count()).select_from(patients)
    progress.total = conn.scalar(known.where(patients.c.clinic_id == key.clinic)) or 0
    turnout = _turnout(conn, key.clinic, wanted)
    said: dict[Point, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in _by_patient(conn, vault, key, wanted):
        progress.done += 1
        for point, code in one.items():
            said[point][code] += 1
    return Cohort({point: dict(codes) for point, codes in said.items()}, turnout, progress.total)


def _by_patient(conn: Connection, vault: Vault, key: ClinicKey, wanted: Wanted) -> Iterator[dict[Point, str]]:
    """Yield each patient's newest answer per point."""
    current, opener, points = "", Opener(vault, None), dict[Point, str]()
    rows = conn.execution_options(yield_per=AT_ONCE).execute(_answers(key.clinic, wanted))
    for row in rows:
        if row.patient_id != current:
            if points:
                yield points
            current, opener, points = row.patient_id, opener_of(vault, key, row), {}
        code = _said(opener, row)
        if code:
            points[_point(row, wanted)] = code
    if points:
        yield points


def _answers(clinic: str, wanted: Wanted) -> Select[Any]:
    link_ids = wanted.symptoms | wanted.twins.keys()
    return (
        select(
            answers.c.id,
            answers.c.value,
            answers.c.link_id,
            responses.c.patient_id,
            follow_ups.c.step,
            patients.c.wrapped_key,
        )
        .join(
            responses,
            (responses.c.clinic_id == answers.c.clinic_id) & (responses.c.id == answers.c.response_id),
        )
        .join(patients, (patients.c.clinic_id == clinic) & (patients.c.id == responses.c.patient_id))
        .join(
            follow_ups,
            (follow_ups.c.clinic_id == clinic) & (follow_ups.c.id == responses.c.follow_up_id),
            isouter=True,
        )
        .where(
            answers.c.clinic_id == clinic,
            answers.c.current,
            answers.c.absent.is_(None),
            answers.c.link_id.in_(sorted(link_ids)),
            responses.c.questionnaire.in_(sorted(wanted.forms)),
            responses.c.status != ResponseStatus.ENTERED_IN_ERROR.value,
            patients.c.wrapped_key.is_not(None),
        )
        .order_by(responses.c.patient_id, responses.c.started_at, answers.c.id)
    )


def _said(opener: Opener, row: Row[Any]) -> str:
    """Return the code of an answer, or its number; "" for any other."""
    said = opener.text("answers", row, "value")
    values = decode_values(said) if said else ()
    match values[0] if values else None:
        case Coding(code=code):
            return code
        case bool():
            return ""
        case int() | Decimal() as number:
            return f"{number:f}" if isinstance(number, Decimal) else str(number)
        case _:
            return ""


def _point(row: Row[Any], wanted: Wanted) -> Point:
    if row.link_id in wanted.twins:
        return wanted.twins[row.link_id], BASELINE
    return row.link_id, row.step or BASELINE


def _turnout(conn: Connection, clinic: str, wanted: Wanted) -> Mapping[str, Turnout]:
    statement = (
        select(follow_ups.c.step, follow_ups.c.state, follow_ups.c.opened_at, responses.c.closed_at)
        .join(
            responses,
            (responses.c.clinic_id == clinic) & (responses.c.id == follow_ups.c.response_id),
            isouter=True,
        )
        .where(
            follow_ups.c.clinic_id == clinic,
            follow_ups.c.step.in_(sorted(wanted.steps)),
            follow_ups.c.opened_at.is_not(None),
        )
    )
    found: dict[str, Turnout] = defaultdict(Turnout)
    for row in conn.execution_options(yield_per=AT_ONCE).execute(statement):
        step = found[row.step]
        step.opened += 1
        step.waiting += row.state in {FollowUpState.IN_PROGRESS.value, FollowUpState.UNKNOWN.value}
        if row.state == FollowUpState.COMPLETED.value:
            step.answered += 1
            if row.closed_at is not None:
                step.took.append(row.closed_at - row.opened_at)
    return dict(found)
