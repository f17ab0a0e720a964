"""Alerts and cases as the console shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select

from handlers.core.adverse_event import EventStatus
from handlers.core.changes import Level
from handlers.core.values import ClinicId, PatientId
from storage.alert_notices import taker
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.patient_keys import read_patient_key
from storage.tables import (
    adverse_events as events,
    alert_notices as notices,
    alerts,
    event_notes,
    patients,
    staff,
)

NEWEST: Final = 50
"""So many alerts of the past are listed."""


_RANKS: Final = {kind: rank for rank, kind in enumerate(("raised", "queued", "failed", "sent", "taken"))}
"""The order of what happened in one moment."""


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert. `told` and `failed` count what left for staff outside the console, and what could not."""

    id: str
    patient: PatientId
    code: str
    level: Level
    raised_at: datetime
    event: str | None
    taken_at: datetime | None = None
    taken_by: str = ""
    taken_on: str = ""
    told: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a case's log; `name` is a member of staff ("" for the on-call address or the clinic)."""

    at: datetime
    kind: str
    name: str = ""
    about: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """A case of a possible adverse event."""

    id: str
    patient: PatientId
    code: str
    status: EventStatus
    learned_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: str = ""
    log: tuple[LogLine, ...] = ()


class AlertViews:
    """Opens what the console shows of alerts and cases. Nothing here writes."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the database, and the keys that open its rows."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def waiting(self, clinic: ClinicId) -> Sequence[AlertView]:
        """Return the alerts that nobody has taken, the most urgent and then the oldest first."""
        wanted = _alerts(clinic).where(alerts.c.taken_at.is_(None))
        ordered = wanted.order_by(alerts.c.urgency.desc(), alerts.c.raised_at, alerts.c.id)
        return await self._read(clinic, ordered)

    async def past(self, clinic: ClinicId) -> Sequence[AlertView]:
        """Return the alerts that were taken, newest first."""
        wanted = _alerts(clinic).where(alerts.c.taken_at.is_not(None))
        return await self._read(clinic, wanted.order_by(alerts.c.raised_at.desc()).limit(NEWEST))

    async def one(self, clinic: ClinicId, alert: str) -> AlertView | None:
        """Return an alert, None if there is no such one."""
        found = await self._read(clinic, _alerts(clinic).where(alerts.c.id == alert))
        return next(iter(found), None)

    async def open_events(self, clinic: ClinicId) -> Sequence[EventView]:
        """Return the open cases, the oldest first, without their logs."""
        wanted = _events(clinic).where(events.c.closed_at.is_(None)).order_by(events.c.learned_at)
        rows = await self._database.read(lambda conn: conn.execute(wanted).all())
        return [_event(row) for row in rows]

    async def events_of(self, clinic: ClinicId, patient: PatientId) -> Sequence[EventView]:
        """Return a patient's cases, the newest first, without their logs."""
        wanted = _events(clinic).where(events.c.patient_id == patient).order_by(events.c.learned_at.desc())
        rows = await self._database.read(lambda conn: conn.execute(wanted).all())
        return [_event(row) for row in rows]

    async def event(self, clinic: ClinicId, event: str) -> EventView | None:
        """Return a case with its log, None if there is no such one."""
        owner = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: _whole_event(conn, self._vault, owner, event))

    async def _read(self, clinic: ClinicId, wanted: Select[Any]) -> Sequence[AlertView]:
        owner = await self._clinics.key(clinic)
        return await self._database.read(
            lambda conn: [_alert(self._vault, owner, row) for row in conn.execute(wanted)]
        )


def _alerts(clinic: ClinicId) -> Select[Any]:
    return (
        select(alerts, patients.c.code, staff.c.name, _number("sent"), _number("failed"))
        .join(patients, (patients.c.clinic_id == alerts.c.clinic_id) & (patients.c.id == alerts.c.patient_id))
        .outerjoin(staff, (staff.c.clinic_id == alerts.c.clinic_id) & (staff.c.id == alerts.c.taken_by))
        .where(alerts.c.clinic_id == clinic)
    )


def _number(state: str) -> Any:
    return (
        select(func.count())
        .select_from(notices)
        .where(
            notices.c.clinic_id == alerts.c.clinic_id,
            notices.c.alert_id == alerts.c.id,
            notices.c.kind == "alert",
            notices.c.state == state,
        )
        .scalar_subquery()
        .label(state)
    )


def _alert(vault: Vault, owner: ClinicKey, row: Row[Any]) -> AlertView:
    return AlertView(
        id=row.id,
        patient=PatientId(row.patient_id),
        code=row.code,
        level=Level(row.level),
        raised_at=row.raised_at,
        event=row.event_id,
        taken_at=row.taken_at,
        taken_by=taker(vault, owner, row) if row.taken_at else "",
        taken_on=row.taken_on,
        told=row.sent,
        failed=row.failed,
    )


def _events(clinic: ClinicId) -> Select[Any]:
    return (
        select(events, patients.c.code)
        .join(patients, (patients.c.clinic_id == events.c.clinic_id) & (patients.c.id == events.c.patient_id))
        .where(events.c.clinic_id == clinic)
    )


def _event(row: Row[Any], **more: Any) -> EventView:
    return EventView(
        id=row.id,
        patient=PatientId(row.patient_id),
        code=row.code,
        status=EventStatus(row.status),
        learned_at=row.learned_at,
        closed_at=row.closed_at,
        **more,
    )


def _whole_event(conn: Connection, vault: Vault, owner: ClinicKey, event: str) -> EventView | None:
    clinic = ClinicId(owner.clinic)
    row = conn.execute(_events(clinic).where(events.c.id == event)).first()
    key = read_patient_key(conn, owner, row.patient_id) if row is not None else None
    if row is None or key is None:
        return None
    names = _names(conn, vault, owner)
    log = [*_notes(conn, vault, key, names, event), *_told(conn, vault, owner, names, event)]
    return _event(
        row,
        closed_by=names.get(row.closed_by, ""),
        reason=vault.open_text(key, "adverse_events", row.id, "closing_note", row.closing_note),
        log=tuple(sorted(log, key=lambda line: (line.at, _RANKS.get(line.kind, len(_RANKS))))),
    )


def _names(conn: Connection, vault: Vault, owner: ClinicKey) -> dict[str, str]:
    rows = conn.execute(select(staff.c.id, staff.c.name).where(staff.c.clinic_id == owner.clinic))
    return {row.id: vault.open_text(owner, "staff", row.id, "name", row.name) for row in rows}


def _notes(conn: Connection, vault: Vault, key: Any, names: dict[str, str], event: str) -> list[LogLine]:
    wanted = select(event_notes).where(event_notes.c.clinic_id == key.clinic, event_notes.c.event_id == event)
    return [
        LogLine(
            at=row.at,
            kind=row.kind,
            name=names.get(row.by, ""),
            text=vault.open_text(key, "event_notes", row.id, "note", row.note),
        )
        for row in conn.execute(wanted)
    ]


def _told(
    conn: Connection, vault: Vault, owner: ClinicKey, names: dict[str, str], event: str
) -> list[LogLine]:
    wanted = _alerts(ClinicId(owner.clinic)).where(alerts.c.event_id == event)
    raised = [_alert(vault, owner, row) for row in conn.execute(wanted)]
    lines = [LogLine(one.raised_at, "raised", about=one.level.value) for one in raised]
    lines += [LogLine(one.taken_at, "taken", one.taken_by, one.taken_on) for one in raised if one.taken_at]
    of_these = select(notices).where(
        notices.c.clinic_id == owner.clinic,
        notices.c.alert_id.in_([one.id for one in raised]),
        notices.c.kind == "alert",
        notices.c.state != "cancelled",
    )
    lines += [
        LogLine(row.settled_at or row.at, row.state, names.get(row.staff_id, ""), row.means, row.code)
        for row in conn.execute(of_these)
    ]
    return lines
