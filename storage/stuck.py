"""What has failed again and again and waits for a person: seen, tried again, or set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update

from handlers.core.case import FollowUpState
from handlers.core.changes import Audit
from handlers.core.values import ClinicId, PatientId
from handlers.errors import NotFound
from handlers.stuck import FAULT
from storage.audit.chain import add_audit
from storage.clinics import Clinics
from storage.day_keys import readable_until
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.marks import close_task_row, open_task_row
from storage.sql import changed, is_row
from storage.states import InboxState, Wake
from storage.tables import day_keys, follow_ups, inbox, patients
from storage.types import is_word

MOST = 200
KEEPER = "housekeeping"
"""Who acts when a key's time is over."""
_QUARANTINED = is_word(inbox.c.state, InboxState.QUARANTINED)
_MESSAGES = (
    select(inbox)
    .where(inbox.c.clinic_id == bindparam("clinic"), _QUARANTINED)
    .order_by(inbox.c.seq)
    .limit(MOST)
)
_UNREADABLE = select(inbox.c.clinic_id, inbox.c.id).where(
    _QUARANTINED,
    inbox.c.body.is_not(None),
    ~select(1).where(day_keys.c.clinic_id == inbox.c.clinic_id, day_keys.c.day == inbox.c.day).exists(),
)
_LOST = (
    update(inbox)
    .where(*is_row(inbox), _QUARANTINED, inbox.c.body.is_not(None))
    .values(body=None, code="key-destroyed")
)
_CHECK_INS = (
    select(follow_ups, patients.c.code)
    .join(
        patients,
        and_(patients.c.clinic_id == follow_ups.c.clinic_id, patients.c.id == follow_ups.c.patient_id),
    )
    .where(
        follow_ups.c.clinic_id == bindparam("clinic"),
        follow_ups.c.state == FollowUpState.HELD.value,
        follow_ups.c.reason == FAULT,
    )
    .order_by(follow_ups.c.due_at)
    .limit(MOST)
)
_AGAIN = (
    update(inbox)
    .where(*is_row(inbox), _QUARANTINED, inbox.c.body.is_not(None))
    .values(state=InboxState.NEW.value, attempts=0, lease_until=None)
)
_ASIDE = (
    update(inbox)
    .where(*is_row(inbox), _QUARANTINED)
    .values(state=InboxState.DONE.value, body=None, kind="set-aside")
)


@dataclass(frozen=True, slots=True)
class StuckMessage:
    """An incoming message that failed three times. `can_try` is False when nothing is left to read."""

    id: str
    channel: str
    received_at: datetime
    attempts: int
    code: str
    can_try: bool
    until: datetime
    """When its day's key is destroyed: nobody can read it after that."""


@dataclass(frozen=True, slots=True)
class StuckCheckIn:
    """A check-in that could not be opened three times in a row."""

    id: str
    patient: PatientId
    code: str
    step: str
    due_at: datetime
    window_end: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """Everything of a clinic that is stuck. Nothing of what a person wrote is opened for it."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def messages(self, clinic: ClinicId) -> Sequence[StuckMessage]:
        """Return the quarantined messages, oldest first."""
        rows = await self.database.read(lambda conn: conn.execute(_MESSAGES, {"clinic": clinic}).all())
        return tuple(
            StuckMessage(
                row.id,
                row.channel,
                row.received_at,
                row.attempts,
                row.code,
                can_try=row.body is not None,
                until=readable_until(row.received_at),
            )
            for row in rows
        )

    async def check_ins(self, clinic: ClinicId) -> Sequence[StuckCheckIn]:
        """Return the check-ins that were given up because of a fault of ours."""
        rows = await self.database.read(lambda conn: conn.execute(_CHECK_INS, {"clinic": clinic}).all())
        return tuple(
            StuckCheckIn(row.id, PatientId(row.patient_id), row.code, row.step, row.due_at, row.window_end)
            for row in rows
        )

    async def let_go_unreadable(self, *, now: datetime) -> int:
        """Say of messages whose day's key is destroyed that they are lost; return how many.

        Each stays on the list until somebody sets it aside: the task "message-lost" stands for it.
        """
        rows = await self.database.read(lambda conn: conn.execute(_UNREADABLE).all())
        for row in rows:
            key = await self.clinics.key(row.clinic_id)
            await self.database.write(partial(self._lose, key=key, message=row.id, now=now))
        return len(rows)

    def _lose(self, conn: Connection, *, key: ClinicKey, message: str, now: datetime) -> None:
        if changed(conn, _LOST, {"clinic": key.clinic, "row": message}):
            close_task_row(conn, self.vault, key, f"inbox:{message}", at=now, by=KEEPER)
            open_task_row(conn, self.vault, key, None, "message-lost", f"lost:{message}", at=now)
            add_audit(conn, self.vault, key, Audit(KEEPER, "stuck.message.lost", message, now))

    async def try_again(self, clinic: ClinicId, message: str, note: Audit) -> None:
        """Give a message three new tries; raise NotFound if there is none to try."""
        await self._end(clinic, message, note, _AGAIN, wakes=(Wake.INBOX,))

    async def set_aside(self, clinic: ClinicId, message: str, note: Audit) -> None:
        """Give a message up and destroy what it said; raise NotFound if it is not in quarantine."""
        await self._end(clinic, message, note, _ASIDE)

    async def _end(
        self, clinic: ClinicId, message: str, note: Audit, statement: Any, *, wakes: tuple[Wake, ...] = ()
    ) -> None:
        key = await self.clinics.key(clinic)
        await self.database.write(
            lambda conn: self._written(conn, key, message, note, statement), wakes=wakes
        )

    def _written(self, conn: Connection, key: ClinicKey, message: str, note: Audit, statement: Any) -> None:
        if not changed(conn, statement, {"clinic": key.clinic, "row": message}):
            raise NotFound("no such message in quarantine")
        for task in (f"inbox:{message}", f"lost:{message}"):
            close_task_row(conn, self.vault, key, task, at=note.at, by=note.actor)
        add_audit(conn, self.vault, key, note)
