"""Cases of possible adverse events: opened with an answer or by staff, their notes, and their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from handlers.core.adverse_event import EventStatus, next_reminder
from handlers.core.values import ClinicId, PatientId
from storage.claims import claim, is_leased
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, PatientKey, Vault
from storage.marks import open_task_row
from storage.patient_keys import PatientKeys, read_patient_key
from storage.row_ids import fresh_id
from storage.sql import changed, insert_new, is_row
from storage.tables import adverse_events as events, event_notes
from storage.types import moment_param

DUE: Final = "adverse-event-due"
"""The task that reminds of the dates of a case."""

_OPEN_ONE = select(events.c.id).where(
    events.c.clinic_id == bindparam("clinic"),
    events.c.patient_id == bindparam("patient"),
    events.c.closed_at.is_(None),
)
_OPEN = insert_new(events)
_NOTE = insert(event_notes)
_STATUS = update(events).where(*is_row(events), events.c.closed_at.is_(None))
_CLAIM = claim(events, due=(events.c.next_at <= moment_param("now"),), order=(events.c.next_at,))
_REMINDED = update(events).where(*is_leased(events), events.c.closed_at.is_(None))
_LEASE: Final = timedelta(minutes=1)
_AT_ONCE: Final = 100


def open_event(conn: Connection, clinic: str, patient: str, at: datetime) -> str:
    """Return the id of the patient's open case; where there is none, open one as of `at`."""
    known: str | None = conn.scalar(_OPEN_ONE, {"clinic": clinic, "patient": patient})
    if known is not None:
        return known
    values = {
        "clinic_id": clinic,
        "id": fresh_id(),
        "patient_id": patient,
        "status": EventStatus.POSSIBLE.value,
        "learned_at": at,
        "next_at": next_reminder(at, at),
    }
    conn.execute(_OPEN, values)
    return str(values["id"])


@dataclass(frozen=True, slots=True)
class Note:
    """What a member of staff wrote into a case: `kind` is note, call or a status."""

    clinic: ClinicId
    patient: PatientId
    event: str
    kind: str
    text: str
    by: str
    at: datetime


class AdverseEvents:
    """What staff do with cases, and the reminders of their dates."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics, keys: PatientKeys) -> None:
        """Take the keys under which notes are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics
        self._keys = keys

    async def open(self, clinic: ClinicId, patient: PatientId, *, now: datetime) -> str:
        """Return the patient's open case; open one where there is none (staff heard of something)."""
        return await self._database.write(lambda conn: open_event(conn, clinic, patient, now))

    async def note(self, note: Note) -> None:
        """Add what staff wrote to a case."""
        key = await self._keys.get(note.clinic, note.patient)
        await self._database.write(lambda conn: self._write_note(conn, key, note))

    async def move(self, note: Note, status: EventStatus) -> bool:
        """Give an open case another status, with the reason; False if it is closed already."""
        key = await self._keys.get(note.clinic, note.patient)
        values = {"clinic": note.clinic, "row": note.event, "status": status.value}

        def write(conn: Connection) -> bool:
            is_open = changed(conn, _STATUS, values)
            if is_open:
                self._write_note(conn, key, note)
            return is_open

        return await self._database.write(write)

    async def close(self, note: Note, status: EventStatus) -> bool:
        """Close an open case as `status`, with the reason; False if it is closed already."""
        key = await self._keys.get(note.clinic, note.patient)
        reason = self._vault.seal_text(key, "adverse_events", note.event, "closing_note", note.text)
        end = {"closed_at": note.at, "closed_by": note.by, "closing_note": reason, "next_at": None}
        values = {"clinic": note.clinic, "row": note.event, "status": status.value} | end
        return await self._database.write(lambda conn: changed(conn, _STATUS, values))

    async def remind(self, *, now: datetime, now_system: datetime) -> int:
        """Open a task for every case whose next reminder has come; return how many there were."""
        owners = {clinic.id: await self._clinics.key(clinic.id) for clinic in await self._clinics.all()}
        values = {"now": now, "now_system": now_system, "until": now_system + _LEASE, "limit": _AT_ONCE}

        def write(conn: Connection) -> int:
            rows: Sequence[Row[Any]] = conn.execute(_CLAIM, values).all()
            for row in rows:
                self._remind_of(conn, owners[row.clinic_id], row, now)
            return len(rows)

        return await self._database.write(write)

    def _remind_of(self, conn: Connection, owner: ClinicKey, row: Row[Any], now: datetime) -> None:
        key = read_patient_key(conn, owner, row.patient_id)
        if key is not None:
            open_task_row(conn, self._vault, owner, key, DUE, f"{DUE}:{row.id}", at=now)
        place = {"clinic": row.clinic_id, "row": row.id, "held_fence": row.fence}
        changed(conn, _REMINDED, place | {"next_at": next_reminder(row.learned_at, now), "lease_until": None})

    def _write_note(self, conn: Connection, key: PatientKey, note: Note) -> None:
        row_id = fresh_id()
        values = {
            "clinic_id": note.clinic,
            "id": row_id,
            "event_id": note.event,
            "kind": note.kind,
            "at": note.at,
            "by": note.by,
            "note": self._vault.seal_text(key, "event_notes", row_id, "note", note.text),
        }
        conn.execute(_NOTE, values)
