"""Alerts of staff: raised with the answer that caused them, climbing until somebody takes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select, update

from handlers.core.changes import Level, RaiseAlert
from handlers.core.on_call import URGENT, Climb, urgency_of
from handlers.core.values import ClinicId
from handlers.ports import ClaimedAlert, NoticeKind
from storage.adverse_events import open_event
from storage.alert_notices import call_off, notice_row, queue_steps, tell_taken
from storage.claims import claim, is_leased
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.marks import close_task_row, open_task_row
from storage.row_ids import fresh_id
from storage.row_security import EachClinic
from storage.scope import Scope
from storage.sql import changed, is_row
from storage.states import Wake
from storage.tables import alerts, tasks
from storage.types import moment_param
from storage.work_marks import take_raised

NOBODY: Final = "alert-nobody"
"""The task that stands while nobody at all can be told of an alert."""

LOUDER: Final = "louder"
"""How an alert ends in whose place a more urgent one of the same patient stepped."""

_IS_OPEN = select(tasks.c.id).where(
    tasks.c.clinic_id == bindparam("clinic"),
    tasks.c.key_index == bindparam("task_key"),
    tasks.c.closed_at.is_(None),
)
_WAITING = (
    select(alerts.c.id, alerts.c.level, alerts.c.urgency, alerts.c.event_id)
    .where(alerts.c.clinic_id == bindparam("clinic"), alerts.c.patient_id == bindparam("patient"))
    .where(alerts.c.taken_at.is_(None))
)
_RAISE = alerts.insert()
_IN_CASE = update(alerts).where(*is_row(alerts))
_CLAIM = claim(alerts, due=(alerts.c.next_at <= moment_param("now"),), order=(alerts.c.next_at, alerts.c.id))
_CLIMBED = update(alerts).where(*is_leased(alerts), alerts.c.next_at.is_not(None))
_GIVE_BACK = _CLIMBED.values(lease_until=None)
_NEXT = select(func.min(alerts.c.next_at)).where(alerts.c.next_at.is_not(None))
_TAKE = update(alerts).where(*is_row(alerts), alerts.c.taken_at.is_(None))


def raise_alert(scope: Scope, change: RaiseAlert) -> None:
    """Alert staff, unless the task is open; a louder one takes the place of one that nobody has taken yet."""
    index = scope.index("task", scope.patient, change.task)
    if scope.conn.scalar(_IS_OPEN, {"clinic": scope.clinic, "task_key": index}):
        return
    event = open_event(scope.conn, scope.clinic, scope.patient, change.at) if change.opens_case else None
    waiting = scope.conn.execute(_WAITING, {"clinic": scope.clinic, "patient": scope.patient}).first()
    if waiting is None:
        _raise(scope, change, event)
    elif _is_louder(change, Level(waiting.level), waiting.urgency):
        take(scope.conn, scope.vault, scope.clinic_key, waiting.id, by="", on=LOUDER, at=change.at)
        _raise(scope, change, event or waiting.event_id)
    elif event is not None and waiting.event_id is None:
        scope.conn.execute(_IN_CASE, scope.row(waiting.id) | {"event_id": event})


def _is_louder(change: RaiseAlert, waits: Level, urgency: int) -> bool:
    """Say whether a sign is louder than the one that waits, or of the same level and can wait less long."""
    if change.level is not waits:
        return URGENT[change.level] > URGENT[waits]
    return urgency_of(change.level, hurried=change.hurried) > urgency


def _raise(scope: Scope, change: RaiseAlert, event: str | None) -> None:
    values = {
        "clinic_id": scope.clinic,
        "id": fresh_id(),
        "patient_id": scope.patient,
        "event_id": event,
        "level": change.level.value,
        "urgency": urgency_of(change.level, hurried=change.hurried),
        "raised_at": change.at,
        "next_at": change.at,
    }
    scope.conn.execute(_RAISE, values)


def take(  # noqa: PLR0913 - who takes it, and where
    conn: Connection,
    vault: Vault,
    owner: ClinicKey,
    alert: str,
    *,
    by: str,
    on: str,
    at: datetime,
    name: str = "",
) -> bool:
    """Note who takes an alert: nobody else is told of it; False if somebody has taken it already."""
    values = {
        "taken_at": at,
        "taken_by": by,
        "taken_on": on,
        "taken_name": vault.seal_text(owner, "alerts", alert, "taken_name", name),
        "next_at": None,
        "lease_until": None,
    }
    if not changed(conn, _TAKE, {"clinic": owner.clinic, "row": alert} | values):
        return False
    call_off(conn, owner.clinic, alert, at)
    if by:
        take_raised(conn, owner.clinic, alert, by=by, now=at)
    return True


class AlertStore:
    """Implements handlers.ports.Alerts."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which addresses of staff are sealed."""
        self._database = EachClinic(database)
        self._vault = vault
        self._clinics = clinics

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedAlert]:
        """Take alerts whose next step has come, oldest first."""
        values = {"now": now, "now_system": now_system, "until": now_system + lease}
        take = partial(_claim, values=values)
        rows = await self._database.in_turn(take, now_system=now_system, limit=limit)
        return [
            ClaimedAlert(ClinicId(row.clinic_id), row.id, row.urgency, row.step, row.fence)
            for row in sorted(rows, key=lambda row: (row.next_at, row.id))
        ]

    async def climbed(self, steps: Sequence[tuple[ClaimedAlert, Climb]], *, now: datetime) -> int:
        """Queue what these steps of one clinic's alerts tell whom, and set the next ones.

        Return how many were done: an alert that is no longer ours is left alone.
        """
        owner = await self._clinics.key(steps[0][0].clinic)
        return await self._database.of(owner.clinic).write(
            lambda conn: self._climb(conn, owner, steps, now), wakes=(Wake.ALERTS,)
        )

    def _climb(
        self, conn: Connection, owner: ClinicKey, steps: Sequence[tuple[ClaimedAlert, Climb]], now: datetime
    ) -> int:
        done = [(alert, climb) for alert, climb in steps if _steps_on(conn, alert, climb, now)]
        told = [
            notice_row(self._vault, owner, way, NoticeKind.ALERT, at=now, alert=alert.id, step=climb.step)
            for alert, climb in done
            for way in climb.ways
        ]
        if told:
            queue_steps(conn, told)
            close_task_row(conn, self._vault, owner, NOBODY, at=now, by="system")
        elif done:
            open_task_row(conn, self._vault, owner, None, NOBODY, NOBODY, at=now)
        return len(done)

    async def give_back(self, claimed: ClaimedAlert) -> bool:
        """Free one at once; False if it is no longer leased to us."""
        return await self._database.of(claimed.clinic).write(
            lambda conn: changed(conn, _GIVE_BACK, _place(claimed))
        )

    async def next_due(self) -> datetime | None:
        """Return when the next step of any alert comes, or None."""
        return await self._database.times.read(lambda conn: conn.scalar(_NEXT))

    async def take(self, clinic: ClinicId, alert: str, *, by: str, now: datetime) -> bool:
        """Note that a member of staff takes an alert in the console; False if somebody has already."""
        owner = await self._clinics.key(clinic)

        def write(conn: Connection) -> bool:
            is_first = take(conn, self._vault, owner, alert, by=by, on="console", at=now)
            if is_first:
                tell_taken(conn, self._vault, owner, alert, at=now)
            return is_first

        return await self._database.of(clinic).write(write, wakes=(Wake.ALERTS,))


def _claim(conn: Connection, *, values: dict[str, Any], most: int) -> Sequence[Row[Any]]:
    return conn.execute(_CLAIM, values | {"limit": most}).all()


def _steps_on(conn: Connection, claimed: ClaimedAlert, climb: Climb, now: datetime) -> bool:
    """Set an alert's next step; False if it is no longer ours."""
    next_step = {"step": climb.next_step, "next_at": now + climb.wait, "lease_until": None}
    return changed(conn, _CLIMBED, _place(claimed) | next_step)


def _place(claimed: ClaimedAlert) -> dict[str, Any]:
    return {"clinic": claimed.clinic, "row": claimed.id, "held_fence": claimed.fence}
