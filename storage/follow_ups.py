"""Planned check-ins, given out when their time has come."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from handlers.core.values import ClinicId
from handlers.ports import ClaimedFollowUp
from storage.claims import claim
from storage.engine import Database
from storage.plans import follow_up_of
from storage.tables import follow_ups
from storage.types import moment_param

_CLAIM = claim(
    follow_ups,
    due=(follow_ups.c.next_at <= moment_param("now"),),
    order=(follow_ups.c.next_at,),
)
_NEXT = select(func.min(follow_ups.c.next_at)).where(follow_ups.c.next_at.is_not(None))


class FollowUpStore:
    """Implements handlers.ports.FollowUps."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing in a follow-up is sealed."""
        self._database = database

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedFollowUp]:
        """Take follow-ups whose `next_at` has come, oldest first."""
        values = {"now": now, "now_system": now_system, "until": now_system + lease, "limit": limit}
        rows = await self._database.write(lambda conn: conn.execute(_CLAIM, values).all())
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.next_at, row.id))]

    async def next_due(self) -> datetime | None:
        """Return the earliest `next_at` of all that are not finished, or None."""
        return await self._database.read(lambda conn: conn.scalar(_NEXT))


def _claimed(row: Row[Any]) -> ClaimedFollowUp:
    return ClaimedFollowUp(ClinicId(row.clinic_id), follow_up_of(row.patient_id, row), row.fence)
