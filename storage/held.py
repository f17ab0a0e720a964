"""Messages of ours that wait for a person: their template was refused, or the service's window is closed.

Nothing of them has left: the service said no. Released, they go out as if they were queued now, in
their order; what is past its time ends as expired, and what is refused again is held again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, select, update

from handlers.core.changes import Audit
from handlers.core.values import ClinicId, PatientId
from handlers.errors import NotFound
from storage.audit.chain import add_audit
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.marks import close_task_row
from storage.sql import changed, is_row
from storage.states import SendState, Wake
from storage.tables import outbox, patients
from storage.types import is_word, moment_param

MOST: Final = 200
TASKS: Final = ("template-refused", "window-closed")
"""The kinds of task that a held message opens (scheduler/verdict.py); its id is their key."""

_IS_HELD = is_word(outbox.c.state, SendState.HELD)
_HELD = (
    select(
        outbox.c.id,
        outbox.c.patient_id,
        patients.c.code.label("case_number"),
        outbox.c.channel,
        outbox.c.code,
        outbox.c.not_before,
        outbox.c.expires_at,
    )
    .join(patients, and_(patients.c.clinic_id == outbox.c.clinic_id, patients.c.id == outbox.c.patient_id))
    .where(outbox.c.clinic_id == bindparam("clinic"), _IS_HELD)
    .order_by(outbox.c.seq)
    .limit(MOST)
)
_RELEASE = (
    update(outbox)
    .where(*is_row(outbox), _IS_HELD)
    .values(state=SendState.QUEUED.value, code="", not_before=moment_param("moment"), lease_until=None)
)


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """One that waits: whose, where to, why (the service's code or our word), since and until when."""

    id: str
    patient: PatientId
    case_number: str
    channel: str
    code: str
    due_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldMessages:
    """Everything of a clinic that is held. Nothing of what it says is opened for it."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def listed(self, clinic: ClinicId) -> Sequence[HeldMessage]:
        """Return the held messages, oldest first."""
        rows = await self.database.read(lambda conn: conn.execute(_HELD, {"clinic": clinic}).all())
        return tuple(
            HeldMessage(
                row.id,
                PatientId(row.patient_id),
                row.case_number,
                row.channel,
                row.code,
                row.not_before,
                row.expires_at,
            )
            for row in rows
        )

    async def release(
        self, clinic: ClinicId, message: str, note_of: Callable[[PatientId], Audit], *, now: datetime
    ) -> int:
        """Queue a held message, or with "" all of them, and close their tasks; return how many.

        `note_of` gives the line in the record of acts. Raises NotFound if none is held.
        """
        held = [one for one in await self.listed(clinic) if message in {one.id, ""}]
        key = await self.clinics.key(clinic)
        wakes = (Wake.OUTBOX,)
        notes = [(one, note_of(one.patient)) for one in held]
        released = await self.database.write(lambda conn: self._release(conn, key, notes, now), wakes=wakes)
        if not released:
            raise NotFound("no such message is held")
        return released

    def _release(
        self,
        conn: Connection,
        key: ClinicKey,
        notes: Sequence[tuple[HeldMessage, Audit]],
        now: datetime,
    ) -> int:
        released: list[Audit] = []
        for one, note in notes:
            if changed(conn, _RELEASE, {"clinic": key.clinic, "row": one.id, "moment": now}):
                released.append(note)
                for kind in TASKS:
                    task = f"{kind}:{one.id}"
                    close_task_row(conn, self.vault, key, task, at=now, by=note.actor, patient=one.patient)
        for note in released:
            add_audit(conn, self.vault, key, note)
        return len(released)
