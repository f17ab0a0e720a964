"""An alert that could not be told to anybody of a step: the next in the chain is told at once."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select, update

from handlers.core.on_call import USUAL
from handlers.ports import ClaimedNotice
from storage.tables import alert_notices as notices, alerts
from storage.types import moment_param

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
            _OTHERS.c.state.in_(("queued", "sent")),
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
