"""An alert that could not be told to anybody of a step: the next in the chain is told at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, or_, select, update

from handlers.core.on_call import USUAL, Means
from handlers.ports import ClaimedNotice
from storage.staff import IS_ENABLED
from storage.states import NoticeState
from storage.tables import alert_notices as notices, alerts, staff, staff_chats
from storage.types import is_word, moment_param

LATELY: Final = timedelta(minutes=USUAL.minutes)
"""Who could not be told of an alert hastens its next step once in so long."""

_OTHERS = notices.alias("others")
_BEFORE = notices.alias("before")
_GIVES_WAY = (
    update(alerts)
    .where(
        alerts.c.clinic_id == bindparam("clinic"),
        alerts.c.id == bindparam("alert"),
        alerts.c.taken_at.is_(None),
        alerts.c.step == bindparam("after"),
        ~exists().where(
            _OTHERS.c.clinic_id == alerts.c.clinic_id,
            _OTHERS.c.alert_id == alerts.c.id,
            _OTHERS.c.step == bindparam("at_step"),
            or_(
                is_word(_OTHERS.c.state, NoticeState.SENT),
                and_(is_word(_OTHERS.c.state, NoticeState.QUEUED), _OTHERS.c.settled_at.is_(None)),
            ),
        ),
        ~exists().where(
            _BEFORE.c.clinic_id == alerts.c.clinic_id,
            _BEFORE.c.alert_id == alerts.c.id,
            _BEFORE.c.address_index == bindparam("there"),
            _BEFORE.c.step < bindparam("at_step"),
            _BEFORE.c.settled_at > moment_param("lately"),
        ),
    )
    .values(next_at=moment_param("again_at"))
)
_IS_MEMBER = select(staff.c.id).where(
    staff.c.clinic_id == bindparam("clinic"), staff.c.id == bindparam("member"), IS_ENABLED
)
_IS_LINKED = select(staff_chats.c.id).where(
    staff_chats.c.clinic_id == bindparam("clinic"),
    staff_chats.c.chat_index == bindparam("there"),
    staff_chats.c.ended_at.is_(None),
)
_STEP_OF = select(notices.c.step, notices.c.address_index).where(
    notices.c.clinic_id == bindparam("clinic"), notices.c.id == bindparam("row")
)


def give_way(conn: Connection, notice: ClaimedNotice, now: datetime) -> None:
    """Let the next in the chain be told at once; where all are gone, the rounds keep their time."""
    failed = conn.execute(_STEP_OF, {"clinic": notice.clinic, "row": notice.id}).first()
    if notice.alert and failed is not None and failed.step is not None:
        step = failed.step
        named = {"clinic": notice.clinic, "alert": notice.alert, "at_step": step, "after": step + 1}
        times = {"again_at": now, "lately": now - LATELY}
        conn.execute(_GIVES_WAY, named | times | {"there": failed.address_index})


def no_longer_theirs(conn: Connection, rows: Sequence[Row[Any]]) -> set[str]:
    """Return which notices have waited so long that their receiver has left, or their chat was unlinked."""
    return {row.id for row in rows if row.settled_at is not None and not _is_theirs(conn, row)}


def _is_theirs(conn: Connection, row: Row[Any]) -> bool:
    at = {"clinic": row.clinic_id}
    if row.staff_id and conn.scalar(_IS_MEMBER, at | {"member": row.staff_id}) is None:
        return False
    is_chat = row.means == Means.TELEGRAM.value
    return not is_chat or conn.scalar(_IS_LINKED, at | {"there": row.address_index}) is not None
