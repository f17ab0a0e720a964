"""Erases who asked for it from the chat, where the clinic has chosen that no person has to look first.

A day lies between the wish and the deed, so that it can be taken back. Whoever was treated is left to staff,
who put what is needed into the clinic's record first. Whoever is on a legal hold stays; a task says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from handlers.core.retention import ERASE_AFTER, erases_by_itself
from storage.erasure.erasing import Erasing
from storage.joined import joined_with
from storage.keys import ClinicKey, Vault
from storage.legal_holds import HELD
from storage.marks import open_task_row
from storage.patient_keys import read_patient_key
from storage.tables import adverse_events, anchors, legal_holds, tasks
from storage.types import moment_param

BY: Final = "patient"
REASON: Final = "asked"
ASKED: Final = "erasure-asked"


_WISHES = (
    select(tasks.c.patient_id)
    .where(
        tasks.c.clinic_id == bindparam("clinic"),
        tasks.c.kind == ASKED,
        tasks.c.closed_at.is_(None),
        tasks.c.patient_id.is_not(None),
        tasks.c.opened_at <= moment_param("before"),
    )
    .order_by(tasks.c.opened_at)
)


def _theirs(table: Any) -> Any:
    return and_(
        table.c.clinic_id == bindparam("clinic"), table.c.patient_id.in_(bindparam("person", expanding=True))
    )


_STATE = select(
    or_(
        exists().where(_theirs(anchors)),
        exists().where(_theirs(adverse_events), adverse_events.c.closed_at.is_(None)),
    ).label("for_staff"),
    exists().where(_theirs(legal_holds), legal_holds.c.ended_at.is_(None)).label("on_hold"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Works off the wishes of patients to be erased."""

    erasing: Erasing

    async def work_off(self, clinic: str, now: datetime) -> int:
        """Erase who asked for it a day ago; return how many. Nobody where the clinic lets a person decide."""
        stores = self.erasing.stores
        if not erases_by_itself((await stores.clinics.get(clinic)).texts):
            return 0
        about = {"clinic": clinic, "before": now - ERASE_AFTER}
        free, held = await stores.database.read(lambda conn: _sorted(conn, clinic, about))
        for patient in free:
            await self.erasing.erase(clinic, patient, by=BY, reason=REASON, now=now)
        key, vault = await stores.clinics.key(clinic), stores.vault
        if held:
            await stores.database.write(lambda conn: _tell(conn, vault, key, held, now))
        return len(free)


def _sorted(conn: Connection, clinic: str, about: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return who can be erased, one record a person, and who is on hold in any record joined with theirs."""
    free: dict[tuple[str, ...], str] = {}
    held: list[str] = []
    for patient in conn.scalars(_WISHES, about):
        person = joined_with(conn, clinic, patient)
        state = conn.execute(_STATE, {"clinic": clinic, "person": person}).one()
        if state.on_hold and not state.for_staff:
            held.append(patient)
        elif not state.for_staff:
            free.setdefault(tuple(person), patient)
    return list(free.values()), held


def _tell(conn: Connection, vault: Vault, key: ClinicKey, held: Sequence[str], now: datetime) -> None:
    for one in held:
        if patient := read_patient_key(conn, key, one):
            open_task_row(conn, vault, key, patient, HELD, HELD, at=now)
