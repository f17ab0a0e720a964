"""The dates by which a clinic's records go, read for all of its patients at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select

from handlers.core.case import Stage
from handlers.core.retention import Life
from storage.plans import IS_CHECK_IN
from storage.tables import adverse_events, anchors, contact_points, follow_ups, legal_holds, patients


def _of(table: Any) -> Any:
    return and_(table.c.clinic_id == patients.c.clinic_id, table.c.patient_id == patients.c.id)


_LIVES = (
    select(
        patients.c.id,
        patients.c.code,
        patients.c.stage,
        patients.c.created_at,
        select(func.max(contact_points.c.last_heard_at))
        .where(_of(contact_points))
        .scalar_subquery()
        .label("heard"),
        select(func.max(follow_ups.c.window_end))
        .where(_of(follow_ups), IS_CHECK_IN)
        .scalar_subquery()
        .label("last_check_in"),
        exists().where(_of(anchors)).label("treated"),
        or_(
            exists().where(_of(follow_ups), follow_ups.c.next_at.is_not(None)),
            exists().where(_of(adverse_events), adverse_events.c.closed_at.is_(None)),
        ).label("pending"),
        exists().where(_of(legal_holds), legal_holds.c.ended_at.is_(None)).label("on_hold"),
    )
    .where(patients.c.clinic_id == bindparam("clinic"), patients.c.wrapped_key.is_not(None))
    .order_by(patients.c.code)
)


def lives(conn: Connection, clinic: str) -> Sequence[Life]:
    """Return the dates of every patient of a clinic who is not erased; those without any date stay out."""
    rows = conn.execute(_LIVES, {"clinic": clinic}).all()
    return [_life(row) for row in rows if row.heard or row.created_at]


def _life(row: Row[Any]) -> Life:
    return Life(
        patient=row.id,
        code=row.code,
        stage=Stage(row.stage),
        last_word=max(moment for moment in (row.heard, row.created_at) if moment is not None),
        treated=bool(row.treated),
        last_check_in=row.last_check_in,
        pending=bool(row.pending),
        on_hold=bool(row.on_hold),
    )
