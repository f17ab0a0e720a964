"""What staff note about a line of their worklist: they take it, give it back, or let it rest for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, literal_column, select, update

from handlers.core.case import FollowUpState
from handlers.core.values import ClinicId
from handlers.core.worklist import LOUD, OVERDUE, may_rest
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.patient_keys import read_patient_key
from storage.sql import changed, upsert
from storage.states import Wake
from storage.tables import alerts, flags, follow_ups, tasks, work_marks
from storage.types import moment_param

_CLINIC: Final[Any] = bindparam("clinic")
_ITEM: Final[Any] = bindparam("line")
_OPEN: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "task": select(tasks.c.patient_id, tasks.c.kind).where(
            tasks.c.clinic_id == _CLINIC, tasks.c.id == _ITEM, tasks.c.closed_at.is_(None)
        ),
        "flag": select(flags.c.patient_id, func.lower("flag-" + flags.c.level).label("kind")).where(
            flags.c.clinic_id == _CLINIC,
            flags.c.id == _ITEM,
            flags.c.closed_at.is_(None),
            flags.c.withdrawn_at.is_(None),
        ),
        "check-in": select(follow_ups.c.patient_id, literal_column(f"'{OVERDUE}'").label("kind")).where(
            follow_ups.c.clinic_id == _CLINIC,
            follow_ups.c.id == _ITEM,
            follow_ups.c.state == FollowUpState.SCHEDULED.value,
        ),
    }
)
_IS_MARK = (
    work_marks.c.clinic_id == _CLINIC,
    work_marks.c.source == bindparam("of"),
    work_marks.c.item == _ITEM,
)
_TAKE = upsert(work_marks, "taken_by", "taken_at", "changed_at")
_TAKEN_BY = select(work_marks.c.taken_by).where(*_IS_MARK)
_GIVE_BACK = (
    update(work_marks)
    .where(*_IS_MARK, work_marks.c.taken_by != "")
    .values(taken_by="", taken_at=None, changed_at=moment_param("now"))
)
_SNOOZE = upsert(work_marks, "snoozed_until", "snoozed_by", "reason", "changed_at")
_WAKE = (
    update(work_marks)
    .where(*_IS_MARK, work_marks.c.snoozed_until > moment_param("now"))
    .values(snoozed_until=moment_param("now"), changed_at=moment_param("now"))
)
_RAISED_BY = (
    select(tasks.c.id, tasks.c.patient_id)
    .join(alerts, (alerts.c.clinic_id == tasks.c.clinic_id) & (alerts.c.patient_id == tasks.c.patient_id))
    .where(
        alerts.c.clinic_id == _CLINIC,
        alerts.c.id == bindparam("alert"),
        tasks.c.closed_at.is_(None),
        tasks.c.kind.in_(LOUD),
    )
)


@dataclass(frozen=True, slots=True)
class Resting:
    """Until when a line rests, why, and who lets it."""

    until: datetime
    reason: str
    by: str


def take_raised(conn: Connection, clinic: str, alert: str, *, by: str, now: datetime) -> None:
    """Note that whoever takes an alert has taken the red flags behind it, unless somebody has already."""
    for row in conn.execute(_RAISED_BY, {"clinic": clinic, "alert": alert}).all():
        _take(conn, clinic, "task", row.id, row.patient_id, by=by, now=now)


def _take(  # noqa: PLR0913 - which line, whose it is, and who takes it
    conn: Connection, clinic: str, source: str, item: str, patient: str | None, *, by: str, now: datetime
) -> bool:
    holder = conn.scalar(_TAKEN_BY, {"clinic": clinic, "of": source, "line": item})
    if holder:
        return bool(holder == by)
    values = {"clinic_id": clinic, "source": source, "item": item, "patient_id": patient}
    conn.execute(_TAKE, values | {"taken_by": by, "taken_at": now, "changed_at": now})
    return True


@dataclass(frozen=True, slots=True)
class WorkMarks:
    """Notes what staff do with lines; `line` names one by its source and id ("task:01…")."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def take(self, clinic: ClinicId, line: str, *, by: str, now: datetime) -> bool:
        """Note who takes a line; False if it is done already, or somebody else's."""
        source, item = line.split(":")

        def write(conn: Connection) -> bool:
            row = _found(conn, clinic, source, item)
            return row is not None and _take(conn, clinic, source, item, row.patient_id, by=by, now=now)

        return await self.database.write(write, wakes=(Wake.DESK,))

    async def give_back(self, clinic: ClinicId, line: str, *, now: datetime) -> bool:
        """Let a line be nobody's again; False if it is nobody's."""
        return await self._change(_GIVE_BACK, clinic, line, now)

    async def snooze(self, clinic: ClinicId, line: str, rest: Resting, *, now: datetime) -> bool:
        """Let a line rest; False if it is done already, or must not rest for so long."""
        owner = await self.clinics.key(clinic)
        source, item = line.split(":")

        def write(conn: Connection) -> bool:
            row = _found(conn, clinic, source, item)
            if row is None or not may_rest(row.kind, rest.until, now):
                return False
            sealed = self._seal(conn, owner, row.patient_id, line, rest.reason)
            values = {"clinic_id": clinic, "source": source, "item": item, "patient_id": row.patient_id}
            said = {"snoozed_until": rest.until, "snoozed_by": rest.by, "reason": sealed, "changed_at": now}
            conn.execute(_SNOOZE, values | said)
            return True

        return await self.database.write(write, wakes=(Wake.DESK,))

    async def wake(self, clinic: ClinicId, line: str, *, now: datetime) -> bool:
        """End a rest before its time; False if there is none."""
        return await self._change(_WAKE, clinic, line, now)

    async def _change(self, statement: Any, clinic: ClinicId, line: str, now: datetime) -> bool:
        source, item = line.split(":")
        values = {"clinic": clinic, "of": source, "line": item, "now": now}
        return await self.database.write(lambda conn: changed(conn, statement, values), wakes=(Wake.DESK,))

    def _seal(
        self, conn: Connection, owner: ClinicKey, patient: str | None, line: str, reason: str
    ) -> bytes | None:
        key = read_patient_key(conn, owner, patient) if patient else owner
        return self.vault.seal_text(key, "work_marks", line, "reason", reason) if key else None


def _found(conn: Connection, clinic: str, source: str, item: str) -> Row[Any] | None:
    return conn.execute(_OPEN[source], {"clinic": clinic, "line": item}).first()
