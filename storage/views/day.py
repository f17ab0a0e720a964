"""What a day brings to staff, in numbers: no patient is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from handlers.core.case import FollowUpState
from handlers.core.values import ClinicId
from storage.plans import IS_CHECK_IN
from storage.states import SendState
from storage.tables import alerts, follow_ups, outbox, tasks

READY: Final = "intake-ready"
"""The task of an intake that waits for a doctor (handlers/intake.py)."""

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """How much of each kind waits; `fresh` are tasks of the last 24 hours, `due` goes out yet today."""

    alerts: int
    tasks: int
    fresh: int
    ready: int
    due: int
    held: int


def day_of(conn: Connection, clinic: ClinicId, *, now: datetime, ends_at: datetime) -> Day:
    """Count what waits at a clinic now, and what goes out until `ends_at`."""
    is_open = (tasks.c.clinic_id == clinic, tasks.c.closed_at.is_(None))
    planned = (FollowUpState.SCHEDULED, FollowUpState.HELD)
    wanted = (
        _count(alerts.c.clinic_id == clinic, alerts.c.taken_at.is_(None)),
        _count(*is_open),
        _count(*is_open, tasks.c.opened_at > now - _A_DAY),
        _count(*is_open, tasks.c.kind == READY),
        _count(
            follow_ups.c.clinic_id == clinic,
            follow_ups.c.due_at > now,
            follow_ups.c.due_at <= ends_at,
            IS_CHECK_IN,
            follow_ups.c.state.in_(planned),
        ),
        _count(outbox.c.clinic_id == clinic, outbox.c.state == SendState.HELD),
    )
    return Day(*conn.execute(select(*wanted)).one())


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(*conditions).scalar_subquery()
