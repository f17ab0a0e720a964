"""Restricted answers opened in an emergency: for one patient, by one member of staff, for half an hour.

The opening, its line in the record of acts, the task to review it and the notices to administrators are one
transaction: nothing is open that nobody hears of. `since` and `until` are the system clock's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from handlers.core.changes import Audit
from handlers.core.on_call import Way
from handlers.core.values import ClinicId, PatientId
from handlers.errors import NotFound
from handlers.ports import NoticeKind
from storage.alert_notices import notice_row, queue_notices
from storage.audit.chain import add_audit
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import PatientKey, Vault
from storage.marks import close_task_row, open_task_row
from storage.patient_keys import PatientKeys
from storage.row_ids import fresh_id
from storage.sql import changed, is_row
from storage.states import Wake
from storage.tables import emergency_openings, patients
from storage.types import moment_param
from storage.views.notices import staff_names
from storage.views.opening import Opener, opener_of

LASTS: Final = timedelta(minutes=30)
TASK: Final = "emergency-opening"
OPEN, END, REVIEW = "glass.open", "glass.end", "glass.review"
"""The acts in the record of acts."""
MOST: Final = 200
"""So many are listed."""

_o = emergency_openings
_PATIENT = (patients.c.clinic_id == _o.c.clinic_id) & (patients.c.id == _o.c.patient_id)
_OF_STAFF = (_o.c.clinic_id == bindparam("clinic"), _o.c.staff_id == bindparam("staff"))
_STANDING = (
    select(_o.c.patient_id, patients.c.code, func.max(_o.c.until).label("until"))
    .join(patients, _PATIENT)
    .where(*_OF_STAFF, _o.c.until > moment_param("now"), patients.c.wrapped_key.is_not(None))
    .group_by(_o.c.patient_id, patients.c.code)
    .order_by(patients.c.code)
)
_END = update(_o).where(*_OF_STAFF, _o.c.patient_id == bindparam("whose"), _o.c.until > moment_param("now"))
_LISTED = (
    select(_o, patients.c.code, patients.c.wrapped_key)
    .join(patients, _PATIENT)
    .where(_o.c.clinic_id == bindparam("clinic"))
    .order_by(_o.c.reviewed_at.is_not(None), _o.c.since.desc(), _o.c.id)
    .limit(MOST)
)
_WAITING = select(func.count()).where(_o.c.clinic_id == bindparam("clinic"), _o.c.reviewed_at.is_(None))
_REVIEW = update(_o).where(*is_row(_o), _o.c.reviewed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose restricted answers somebody sees until when."""

    patient: PatientId
    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening as administrators see it; `reason` is the words of staff, gone with an erased patient."""

    id: str
    patient: PatientId
    code: str
    who: str
    reason: str
    since: datetime
    until: datetime
    reviewed_at: datetime | None
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class Openings:
    """Opens, ends, lists and reviews."""

    database: Database
    vault: Vault
    clinics: Clinics
    keys: PatientKeys

    async def open(
        self, clinic: ClinicId, act: Audit, reason: str, *, tell: Sequence[Way], now_system: datetime
    ) -> None:
        """Let the actor see the restricted answers of the patient whom `act` is about; raise NotFound."""
        key = await self.keys.get(clinic, act.subject)
        await self.database.write(
            lambda conn: self._open(conn, key, act, reason, tell, now_system), wakes=(Wake.ALERTS, Wake.DESK)
        )

    def _open(
        self, conn: Connection, key: PatientKey, act: Audit, reason: str, tell: Sequence[Way], now: datetime
    ) -> None:
        owner, row_id = key.owner, fresh_id()
        values = {
            "clinic_id": key.clinic,
            "id": row_id,
            "patient_id": key.patient,
            "staff_id": act.actor,
            "reason": self.vault.seal_text(key, "emergency_openings", row_id, "reason", reason),
            "since": now,
            "until": now + LASTS,
        }
        conn.execute(insert(_o), values)
        open_task_row(conn, self.vault, owner, None, TASK, _task(row_id), at=act.at)
        if tell:
            kind = NoticeKind.EMERGENCY_OPENING
            queue_notices(conn, [notice_row(self.vault, owner, way, kind, at=act.at) for way in tell])
        add_audit(conn, self.vault, owner, act)

    async def standing(self, clinic: ClinicId, staff: str, *, now_system: datetime) -> Sequence[Standing]:
        """Return whose restricted answers somebody sees now, each until its latest end."""
        named = {"clinic": clinic, "staff": staff, "now": now_system}
        rows = await self.database.read(lambda conn: conn.execute(_STANDING, named).all())
        return [Standing(PatientId(row.patient_id), row.code, row.until) for row in rows]

    async def end(self, clinic: ClinicId, act: Audit, *, now_system: datetime) -> None:
        """Let the actor see no more of the patient whom `act` is about; raise NotFound if nothing stands."""
        owner = await self.clinics.key(clinic)
        named = {"clinic": clinic, "staff": act.actor, "whose": act.subject, "now": now_system}

        def write(conn: Connection) -> None:
            if not changed(conn, _END, named | {"until": now_system}):
                raise NotFound("nothing is open")
            add_audit(conn, self.vault, owner, act)

        await self.database.write(write)

    async def listed(self, clinic: ClinicId) -> Sequence[Opening]:
        """Return the openings: what nobody reviewed first, then the newest."""
        key = await self.clinics.key(clinic)

        def read(conn: Connection) -> list[Opening]:
            names = staff_names(conn, self.vault, key)
            rows = conn.execute(_LISTED, {"clinic": clinic}).all()
            return [_opening(row, names, opener_of(self.vault, key, row)) for row in rows]

        return await self.database.read(read)

    async def waiting(self, clinic: ClinicId) -> int:
        """Return how many wait for an administrator's review."""
        found = await self.database.read(lambda conn: conn.scalar(_WAITING, {"clinic": clinic}))
        return found or 0

    async def review(self, clinic: ClinicId, opening: str, act: Audit) -> None:
        """Mark an opening as reviewed and close its task; raise NotFound if there is none that waits."""
        owner = await self.clinics.key(clinic)
        named = {"clinic": clinic, "row": opening, "reviewed_at": act.at, "reviewed_by": act.actor}

        def write(conn: Connection) -> None:
            if not changed(conn, _REVIEW, named):
                raise NotFound("no such opening waits")
            close_task_row(conn, self.vault, owner, _task(opening), at=act.at, by=act.actor)
            add_audit(conn, self.vault, owner, act)

        await self.database.write(write, wakes=(Wake.DESK,))


def _opening(row: Row[Any], names: Mapping[str, str], opener: Opener) -> Opening:
    return Opening(
        id=row.id,
        patient=PatientId(row.patient_id),
        code=row.code,
        who=names.get(row.staff_id, row.staff_id),
        reason=opener.text("emergency_openings", row, "reason"),
        since=row.since,
        until=row.until,
        reviewed_at=row.reviewed_at,
        reviewed_by=names.get(row.reviewed_by, row.reviewed_by),
    )


def _task(opening: str) -> str:
    return f"{TASK}:{opening}"
