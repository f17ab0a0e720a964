"""The worklist as SQL: four kinds of rows as one, with what staff noted about each and whose they are."""

from typing import Any, Final

from sqlalchemy import (
    Select,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from handlers.core.case import FollowUpState
from handlers.core.changes import Level
from handlers.core.worklist import ALERT, DUE, LOUD, OVERDUE, Group, kinds_at
from storage.plans import IS_CHECK_IN
from storage.tables import alerts, flags, follow_ups, patients, tasks, work_marks
from storage.types import moment_param

_CLINIC: Final[Any] = bindparam("clinic")
_NOW: Final = moment_param("now")
_LOUD_LEVELS: Final = (Level.CRISIS, Level.RED, Level.SAFETY)
_OPEN_TASK: Final = (tasks.c.clinic_id == _CLINIC, tasks.c.closed_at.is_(None))
_UNTAKEN: Final = (alerts.c.clinic_id == _CLINIC, alerts.c.taken_at.is_(None))
_STANDING: Final = (
    flags.c.clinic_id == _CLINIC,
    flags.c.level.in_(_LOUD_LEVELS),
    flags.c.closed_at.is_(None),
    flags.c.withdrawn_at.is_(None),
)
_WAITS: Final = (
    follow_ups.c.clinic_id == _CLINIC,
    follow_ups.c.state == FollowUpState.SCHEDULED.value,
    IS_CHECK_IN,
)


def _alerts_of(table: Any) -> Any:
    return exists(select(1).select_from(alerts).where(*_UNTAKEN, alerts.c.patient_id == table.c.patient_id))


def _told_of(table: Any) -> Any:
    same = tasks.alias("told")
    return exists(
        select(1)
        .select_from(same)
        .where(
            same.c.clinic_id == _CLINIC,
            same.c.patient_id == table.c.patient_id,
            same.c.closed_at.is_(None),
            same.c.kind.in_(LOUD),
        )
    )


def _text(words: str) -> Any:
    return literal_column(f"'{words}'")


def _tasks() -> Select[Any]:
    """Return open tasks. While an alert waits, it stands for the red flag that raised it."""
    return select(
        _text("task").label("source"),
        tasks.c.id,
        tasks.c.patient_id,
        tasks.c.kind,
        tasks.c.note,
        tasks.c.opened_at.label("at"),
        tasks.c.due_at,
        _text("").label("step"),
    ).where(*_OPEN_TASK, or_(tasks.c.kind.not_in(LOUD), ~_alerts_of(tasks)))


def _flags() -> Select[Any]:
    """Return loud flags of patients whom neither a task nor an alert stands for."""
    kind = func.lower("flag-" + flags.c.level)
    return select(
        _text("flag"), flags.c.id, flags.c.patient_id, kind, null(), flags.c.at, null(), _text("")
    ).where(*_STANDING, ~_alerts_of(flags), ~_told_of(flags))


def _alerts() -> Select[Any]:
    return select(
        *(_text(ALERT), alerts.c.id, alerts.c.patient_id, _text(ALERT)),
        *(null(), alerts.c.raised_at, null(), func.lower(alerts.c.level)),
    ).where(*_UNTAKEN)


def _check_ins() -> Select[Any]:
    """Return what goes out today, and what should have gone out and has not."""
    kind = case((follow_ups.c.due_at < moment_param("late"), _text(OVERDUE)), else_=_text(DUE))
    return select(
        *(_text("check-in"), follow_ups.c.id, follow_ups.c.patient_id, kind),
        *(null(), follow_ups.c.due_at, null(), follow_ups.c.step),
    ).where(*_WAITS, follow_ups.c.next_at < moment_param("due_before"))


EVERYTHING: Final = union_all(_tasks(), _flags(), _alerts(), _check_ins()).subquery("work")
GROUP: Final = case(
    (EVERYTHING.c.kind.in_(kinds_at(Group.NOW)), Group.NOW.value),
    (EVERYTHING.c.due_at <= moment_param("soon"), Group.TODAY.value),
    (EVERYTHING.c.kind.in_(kinds_at(Group.LATER)), Group.LATER.value),
    else_=Group.TODAY.value,
)
IS_QUIET: Final = case((EVERYTHING.c.kind.in_(sorted(LOUD)), 0), else_=1)
"""Within a group red flags stand first."""
RESTS: Final = func.coalesce(work_marks.c.snoozed_until > _NOW, false())
IS_MINE: Final = func.coalesce(work_marks.c.taken_by == bindparam("staff"), false())
_MARKED: Final = EVERYTHING.join(
    work_marks,
    (work_marks.c.clinic_id == _CLINIC)
    & (work_marks.c.source == EVERYTHING.c.source)
    & (work_marks.c.item == EVERYTHING.c.id),
    isouter=True,
)
LINES: Final = select(
    EVERYTHING,
    GROUP.label("rank"),
    IS_QUIET.label("quiet"),
    *(work_marks.c[name] for name in ("taken_by", "taken_at", "snoozed_until", "reason")),
).select_from(_MARKED)
"""Parameters: clinic, now, soon, late, due_before, and staff where their own lines are asked for."""


def with_patients(lines: Select[Any], *order: str) -> Select[Any]:
    """Return these few lines with whose they are: patients are looked up for one page alone."""
    page = lines.subquery("page")
    theirs = (patients.c.clinic_id == _CLINIC) & (patients.c.id == page.c.patient_id)
    named = (patients.c[name] for name in ("code", "zone", "name", "wrapped_key"))
    wanted = select(page, *named).select_from(page.join(patients, theirs, isouter=True))
    return wanted.order_by(*(page.c[name] for name in order))


_KINDS: Final = select(
    GROUP.label("rank"), EVERYTHING.c.kind, IS_MINE.label("mine"), RESTS.label("rests")
).select_from(_MARKED)
_TALLIED: Final = _KINDS.subquery("tallied")
TALLIES: Final = select(_TALLIED, func.count().label("number")).group_by(*_TALLIED.c)


def _of(column: Any, *where: Any) -> Any:
    return select(column).where(*where).scalar_subquery()


_MARKS: Final = (work_marks.c.clinic_id == _CLINIC,)
PULSE: Final = select(
    _of(func.count(), *_OPEN_TASK).label("tasks"),
    _of(func.max(tasks.c.opened_at), *_OPEN_TASK).label("newest_task"),
    _of(func.count(), *_UNTAKEN).label("alerts"),
    _of(func.max(alerts.c.raised_at), *_UNTAKEN).label("newest_alert"),
    _of(func.count(), *_STANDING).label("flags"),
    _of(func.max(work_marks.c.changed_at), *_MARKS).label("noted"),
    _of(func.count(), *_MARKS, work_marks.c.snoozed_until > _NOW).label("resting"),
    _of(func.count(), *_WAITS, follow_ups.c.next_at < moment_param("late")).label("overdue"),
)
"""One row that is another as soon as the list is another. Parameters: clinic, now, late."""
