"""Planned check-ins, given out when their time has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, exists, func, select, tuple_, update

from handlers.core.ramp import Move, Overdue
from handlers.core.values import ClinicId
from handlers.ports import ClaimedFollowUp
from storage.claims import claim, is_free, is_leased
from storage.engine import Database
from storage.plans import IS_CHECK_IN, follow_up_of
from storage.row_security import EachClinic
from storage.sql import changed, is_row
from storage.states import Wake
from storage.tables import follow_ups
from storage.types import moment_param

_other = follow_ups.alias("other")
_IS_FIRST = ~exists().where(
    _other.c.clinic_id == follow_ups.c.clinic_id,
    _other.c.patient_id == follow_ups.c.patient_id,
    _other.c.next_at <= moment_param("now"),
    tuple_(_other.c.next_at, _other.c.id) < tuple_(follow_ups.c.next_at, follow_ups.c.id),
)
"""A patient's are started one after the other: side by side they would all decide on the same case."""
_CLAIM = claim(
    follow_ups,
    due=(follow_ups.c.next_at <= moment_param("now"),),
    ahead=(_IS_FIRST,),
    order=(follow_ups.c.next_at,),
    also={"attempts": follow_ups.c.attempts + 1},
)
_GIVE_BACK = (
    update(follow_ups)
    .where(*is_leased(follow_ups), follow_ups.c.next_at.is_not(None), follow_ups.c.lease_until.is_not(None))
    .values(lease_until=None, attempts=follow_ups.c.attempts - 1)
)
"""What was saved under its claim keeps the fence, but is leased no more: it has no try to take back."""
_NEXT = select(func.min(follow_ups.c.next_at)).where(follow_ups.c.next_at.is_not(None))
_OVERDUE = select(
    follow_ups.c.clinic_id,
    follow_ups.c.id,
    follow_ups.c.step,
    follow_ups.c.zone,
    follow_ups.c.next_at,
    follow_ups.c.window_end,
).where(
    follow_ups.c.next_at < moment_param("before"),
    follow_ups.c.window_end > moment_param("now"),
    is_free(follow_ups),
)
_MOVE = (
    update(follow_ups)
    .where(*is_row(follow_ups), follow_ups.c.next_at == moment_param("was"), is_free(follow_ups))
    .values(next_at=bindparam("turn", type_=follow_ups.c.next_at.type))
)
_TOGETHER: Final = 500
"""So many are moved in one transaction: others want to write too."""


class FollowUpStore:
    """Implements handlers.ports.FollowUps."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing in a follow-up is sealed."""
        self._database = EachClinic(database)

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedFollowUp]:
        """Take follow-ups whose `next_at` has come, oldest first, and of one patient only the oldest."""
        values = {"now": now, "now_system": now_system, "until": now_system + lease}
        take = partial(_claim, values=values)
        rows = await self._database.in_turn(take, now_system=now_system, limit=limit)
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.next_at, row.id))]

    async def give_back(self, claimed: ClaimedFollowUp) -> bool:
        """Free one at once, without counting the try; False if it is no longer leased to us."""
        place = {"clinic": claimed.clinic, "row": claimed.follow_up.id, "held_fence": claimed.fence}
        return await self._database.of(claimed.clinic).write(
            lambda conn: changed(conn, _GIVE_BACK, place), wakes=(Wake.FOLLOW_UPS,)
        )

    async def next_due(self) -> datetime | None:
        """Return the earliest `next_at` of all that are not finished, or None."""
        return await self._database.times.read(lambda conn: conn.scalar(_NEXT))

    async def next_check_in(self) -> datetime | None:
        """Return the earliest `next_at` of a check-in that the care plan names, or None."""
        return await self._database.times.read(lambda conn: conn.scalar(_NEXT.where(IS_CHECK_IN)))

    async def overdue(self, *, before: datetime, now: datetime, now_system: datetime) -> Sequence[Overdue]:
        """Return what was due earlier than `before`, is free, and has its window still open."""
        times = {"before": before, "now": now, "now_system": now_system}
        rows = await self._database.times.read(lambda conn: conn.execute(_OVERDUE, times).all())
        return [
            Overdue(ClinicId(row.clinic_id), row.id, row.step, row.zone, row.next_at, row.window_end)
            for row in rows
        ]

    async def move(self, moves: Sequence[Move], *, now_system: datetime) -> None:
        """Look at each at its new moment, unless somebody took it or moved it meanwhile."""
        rows = [_moved(move) | {"now_system": now_system} for move in moves]
        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            database = self._database.of_all(row["clinic"] for row in some)
            await database.write(partial(_write_moves, some))


def _claim(conn: Connection, *, values: dict[str, Any], most: int) -> Sequence[Row[Any]]:
    return conn.execute(_CLAIM, values | {"limit": most}).all()


def _write_moves(rows: list[dict[str, Any]], conn: Connection) -> None:
    conn.execute(_MOVE, rows)


def _moved(move: Move) -> dict[str, Any]:
    what = move.what
    return {"clinic": what.clinic, "row": what.id, "was": what.next_at, "turn": move.to}


def _claimed(row: Row[Any]) -> ClaimedFollowUp:
    return ClaimedFollowUp(
        ClinicId(row.clinic_id), follow_up_of(row.patient_id, row), row.fence, row.attempts
    )
