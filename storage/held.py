"""Messages of ours that are held: their template was refused, or the service's window is closed.

Nothing of them has left: the service said no. They go by themselves when their reason has ended (freeing.py),
or when a person lets them go. Then they go out as if they were queued now, in their order; what is past
its time ends as expired, and what is refused again is held again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, select, update

from handlers.core.changes import Audit
from handlers.core.held import IN_ORDER
from handlers.core.templates import WINDOW_CODES
from handlers.core.values import ChannelKind, ClinicId, PatientId
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

IS_HELD = is_word(outbox.c.state, SendState.HELD)
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
    .where(outbox.c.clinic_id == bindparam("clinic"), IS_HELD)
    .order_by(outbox.c.seq)
    .limit(MOST)
)
_AT = (
    outbox.c.clinic_id == bindparam("clinic"),
    outbox.c.channel == bindparam("at_channel"),
    outbox.c.account == bindparam("at_account"),
)
_IN_ORDER = (
    update(outbox).where(*_AT, IS_HELD, outbox.c.code.not_in(sorted(WINDOW_CODES))).values(code=IN_ORDER)
)
RELEASE = (
    update(outbox)
    .where(*is_row(outbox), IS_HELD)
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
            if changed(conn, RELEASE, {"clinic": key.clinic, "row": one.id, "moment": now}):
                released.append(note)
                whose = {"by": note.actor, "patient": one.patient}
                close_tasks(conn, self.vault, key, one.id, at=now, **whose)
        for note in released:
            add_audit(conn, self.vault, key, note)
        return len(released)


def for_templates(conn: Connection, clinic: str, channel: ChannelKind, account: str) -> int:
    """Mark what an account holds for its templates as free to go; return how many there are.

    Which template each needs stands under its patient's key: one whose template is still stopped is held
    again before anybody is asked. What goes, and to whom, the next look decides (`handlers.held_sends`).
    """
    place = {"clinic": clinic, "at_channel": channel.value, "at_account": account}
    return conn.execute(_IN_ORDER, place).rowcount


def close_tasks(  # noqa: PLR0913 - a task is closed by somebody at some time
    conn: Connection,
    vault: Vault,
    clinic: ClinicKey,
    message: str,
    *,
    at: datetime,
    patient: str,
    by: str = "",
) -> None:
    """Close the tasks that stood for a held message."""
    for kind in TASKS:
        close_task_row(conn, vault, clinic, f"{kind}:{message}", at=at, by=by, patient=patient)
