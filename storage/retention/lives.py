"""The dates by which a clinic's records go, read for all of its patients at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select

from handlers.core.case import Stage
from handlers.core.retention import Life
from storage.joined import root_of
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
        patients.c.merged_into,
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
    """Return the dates of every patient of a clinic who is not erased; those without any date stay out.

    Records that are joined are one life: what keeps one of them keeps all.
    """
    rows = conn.execute(_LIVES, {"clinic": clinic}).all()
    above = {row.id: row.merged_into for row in rows}
    found: dict[str, Life] = {}
    for row in sorted(rows, key=lambda row: row.merged_into is not None):
        if row.heard or row.created_at:
            root, life = root_of(row.id, above), _life(row)
            found[root] = _both(found[root], life) if root in found else life
    return list(found.values())


def _both(kept: Life, joined: Life) -> Life:
    check_ins = [day for day in (kept.last_check_in, joined.last_check_in) if day]
    return replace(
        kept,
        last_word=max(kept.last_word, joined.last_word),
        treated=kept.treated or joined.treated,
        last_check_in=max(check_ins, default=None),
        pending=kept.pending or joined.pending,
        on_hold=kept.on_hold or joined.on_hold,
    )


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
