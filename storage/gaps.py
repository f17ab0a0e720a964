"""Times in which nobody of the installation ran: what services drop then can never come in any more."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, union

from handlers.core.case import FollowUpState, ResponseStatus
from handlers.core.values import ClinicId, PatientId
from storage.engine import Database
from storage.row_security import EachClinic
from storage.sql import upsert
from storage.tables import follow_ups, meta, patients, responses
from storage.types import is_word

_GAP: Final = "gap"
_PUT: Final = upsert(meta, "value")
_READ: Final = select(meta.c.value).where(meta.c.name == _GAP)
_OVER: Final = delete(meta).where(meta.c.name == _GAP, meta.c.value == bindparam("told"))
_ASKED: Final = union(
    select(responses.c.patient_id).where(
        responses.c.clinic_id == bindparam("clinic"), is_word(responses.c.status, ResponseStatus.IN_PROGRESS)
    ),
    select(follow_ups.c.patient_id).where(
        follow_ups.c.clinic_id == bindparam("clinic"), is_word(follow_ups.c.state, FollowUpState.IN_PROGRESS)
    ),
).subquery()
_WAITING: Final = (
    select(patients.c.id)
    .join(_ASKED, _ASKED.c.patient_id == patients.c.id)
    .where(
        patients.c.clinic_id == bindparam("clinic"),
        patients.c.merged_into.is_(None),
        patients.c.wrapped_key.is_not(None),
    )
    .order_by(patients.c.id)
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody was there from `begun` to `ended`."""

    begun: datetime
    ended: datetime


def note_gap(conn: Connection, gap: Gap) -> None:
    """Remember a gap until everybody who may have written in it was seen to."""
    conn.execute(_PUT, {"name": _GAP, "value": _written(gap)})


class Gaps:
    """The gap that is not seen to yet, and for whom something stood open in it."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def standing(self) -> Gap | None:
        """Return the gap that is to be seen to, or None."""
        told = await self._database.read(lambda conn: conn.scalar(_READ))
        if told is None:
            return None
        begun, ended = (datetime.fromisoformat(moment) for moment in json.loads(told))
        return Gap(begun, ended)

    async def waiting(self, clinic: ClinicId) -> Sequence[PatientId]:
        """Return the patients of a clinic whose answer is awaited."""
        database = EachClinic(self._database).of(clinic)
        found = await database.read(lambda conn: conn.scalars(_WAITING, {"clinic": clinic}).all())
        return [PatientId(one) for one in found]

    async def over(self, gap: Gap) -> None:
        """Note that everybody was seen to; a newer gap stays."""
        await self._database.write(lambda conn: conn.execute(_OVER, {"told": _written(gap)}))


def _written(gap: Gap) -> str:
    return json.dumps([gap.begun.isoformat(), gap.ended.isoformat()])
