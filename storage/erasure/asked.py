"""Erases who asked for it from the chat, where the clinic has chosen that no person has to look first.

A day lies between the wish and the deed, so that it can be taken back. Whoever was treated is left to staff,
who put what is needed into the clinic's record first. Whoever is on a legal hold stays; a task says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, select

from handlers.core.retention import ERASE_AFTER, erases_by_itself
from storage.erasure.erasing import Erasing
from storage.keys import ClinicKey, Vault
from storage.marks import open_task_row
from storage.patient_keys import read_patient_key
from storage.tables import adverse_events, anchors, legal_holds, tasks
from storage.types import moment_param

BY: Final = "patient"
REASON: Final = "asked"
ASKED: Final = "erasure-asked"
HELD: Final = "erasure-held"


def _of(table: Any) -> Any:
    return and_(table.c.clinic_id == tasks.c.clinic_id, table.c.patient_id == tasks.c.patient_id)


_WISHES = (
    select(
        tasks.c.patient_id,
        exists().where(_of(legal_holds), legal_holds.c.ended_at.is_(None)).label("on_hold"),
    )
    .where(
        tasks.c.clinic_id == bindparam("clinic"),
        tasks.c.kind == ASKED,
        tasks.c.closed_at.is_(None),
        tasks.c.patient_id.is_not(None),
        tasks.c.opened_at <= moment_param("before"),
        ~exists().where(_of(anchors)),
        ~exists().where(_of(adverse_events), adverse_events.c.closed_at.is_(None)),
    )
    .order_by(tasks.c.opened_at)
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
        found = await stores.database.read(lambda conn: conn.execute(_WISHES, about).all())
        free = [row.patient_id for row in found if not row.on_hold]
        for patient in free:
            await self.erasing.erase(clinic, patient, by=BY, reason=REASON, now=now)
        held = [row for row in found if row.on_hold]
        key, vault = await stores.clinics.key(clinic), stores.vault
        if held:
            await stores.database.write(lambda conn: _tell(conn, vault, key, held, now))
        return len(free)


def _tell(conn: Connection, vault: Vault, key: ClinicKey, held: Sequence[Row[Any]], now: datetime) -> None:
    for row in held:
        if patient := read_patient_key(conn, key, row.patient_id):
            open_task_row(conn, vault, key, patient, HELD, HELD, at=now)
