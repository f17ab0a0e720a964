"""Check-ins that wait for a doctor's signature are looked at again as soon as there may be one."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, update

from handlers.core.case import FollowUpState
from handlers.core.values import ClinicId
from handlers.endings import UNSIGNED
from storage.claims import is_free
from storage.tables import follow_ups
from storage.types import moment_param

_AT_ONCE: Final = (
    update(follow_ups)
    .where(
        follow_ups.c.clinic_id == bindparam("clinic"),
        follow_ups.c.state == FollowUpState.HELD.value,
        follow_ups.c.reason == UNSIGNED,
        follow_ups.c.next_at > moment_param("now"),
        is_free(follow_ups),
    )
    .values(next_at=moment_param("now"))
)


def look_at_once(conn: Connection, clinic: ClinicId, *, now: datetime, now_system: datetime) -> int:
    """Let the check-ins of a clinic that are held unsigned fall due now; return how many."""
    return conn.execute(_AT_ONCE, {"clinic": clinic, "now": now, "now_system": now_system}).rowcount
