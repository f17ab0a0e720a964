"""Treatment dates and planned check-ins, written and read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, literal, not_, null, select, update

from handlers.core.case import Anchor, FollowUp, FollowUpState
from handlers.core.changes import FINISHED, DropAnchor, PlanFollowUps, SaveFollowUp, SetAnchor
from handlers.core.protocol import UNFINISHED
from handlers.core.values import FollowUpId, OutboxId, PatientId, ResponseId
from handlers.errors import LeaseLost
from storage.claims import is_leased
from storage.keys import PatientKey, Vault
from storage.scope import Scope
from storage.sql import changed, insert_new, is_row, upsert
from storage.tables import anchors, follow_ups
from storage.types import is_one_of

_ANCHOR = "anchor"
_SET_ANCHOR = upsert(anchors, "kind", "local", "zone", "route", "at", "by")
_DROP_ANCHOR = delete(anchors).where(*is_row(anchors), anchors.c.patient_id == bindparam("patient"))
_PLAN = insert_new(follow_ups)
_SAVE = update(follow_ups).where(*is_row(follow_ups)).values(fence=follow_ups.c.fence + 1)
_SAVE_LEASED = update(follow_ups).where(*is_leased(follow_ups))
_PLANNED = select(
    *(
        follow_ups.c.id,
        follow_ups.c.step,
        follow_ups.c.anchor,
        follow_ups.c.local,
        follow_ups.c.zone,
        follow_ups.c.window_start,
        follow_ups.c.due_at,
        follow_ups.c.window_end,
        follow_ups.c.state,
        follow_ups.c.nudges,
        follow_ups.c.response_id,
        follow_ups.c.outbox_id,
        follow_ups.c.reason,
        follow_ups.c.next_at,
        follow_ups.c.opened_at,
        null().label("route"),
    )
).where(follow_ups.c.clinic_id == bindparam("clinic"), follow_ups.c.patient_id == bindparam("patient"))
_OPEN = _PLANNED.where(not_(is_one_of(follow_ups.c.state, *FINISHED)))
_DATES = select(
    anchors.c.id,
    anchors.c.kind,
    literal(""),
    anchors.c.local,
    anchors.c.zone,
    anchors.c.at,
    anchors.c.at,
    anchors.c.at,
    literal(_ANCHOR),
    literal(0),
    null(),
    null(),
    literal(""),
    null(),
    null(),
    anchors.c.route,
).where(anchors.c.clinic_id == bindparam("clinic"), anchors.c.patient_id == bindparam("patient"))
IS_CHECK_IN = follow_ups.c.step != UNFINISHED
"""What stands in a care plan: the reminders of an unfinished intake are no part of it."""
PLAN: Select[Any] = select(_OPEN.union_all(_DATES).subquery("plan")).order_by("due_at", "id")
"""A patient's unfinished follow-ups and treatment dates in one statement; the latter in borrowed columns."""
WHOLE_PLAN: Select[Any] = select(_PLANNED.union_all(_DATES).subquery("plan")).order_by("due_at", "id")
"""The same with finished follow-ups."""


def set_anchor(scope: Scope, change: SetAnchor) -> None:
    """Store a treatment date, or where it was moved to."""
    anchor = change.anchor
    values = {
        "clinic_id": scope.clinic,
        "id": anchor.id,
        "patient_id": scope.patient,
        "kind": anchor.kind,
        "local": anchor.local,
        "zone": anchor.zone,
        "route": scope.seal("anchors", anchor.id, "route", anchor.route),
        "at": change.at,
        "by": change.by,
    }
    scope.conn.execute(_SET_ANCHOR, values)


def drop_anchor(scope: Scope, change: DropAnchor) -> None:
    """Delete a treatment date of this patient's; the record of acts still names it."""
    scope.conn.execute(_DROP_ANCHOR, scope.row(change.anchor) | {"patient": scope.patient})


def plan_follow_ups(scope: Scope, change: PlanFollowUps) -> None:
    """Store planned check-ins; one that is planned already stays as it is."""
    rows = [_key(scope, follow_up) | _values(follow_up) for follow_up in change.follow_ups]
    if rows:
        scope.conn.execute(_PLAN, rows)


def save_follow_up(scope: Scope, change: SaveFollowUp) -> None:
    """Write a follow-up and free it; raise LeaseLost if the lease that it came with was lost.

    Saved without a lease, it is taken out of the hands of whoever has claimed it.
    """
    follow_up = change.follow_up
    values = scope.row(follow_up.id) | _values(follow_up) | {"lease_until": None}
    statement = _SAVE
    if change.fence is not None:
        statement = _SAVE_LEASED
        values["held_fence"] = change.fence
    if not changed(scope.conn, statement, values):
        raise LeaseLost("the follow-up is no longer ours")


def plan_of(
    vault: Vault, key: PatientKey, rows: Sequence[Row[Any]]
) -> tuple[tuple[FollowUp, ...], tuple[Anchor, ...]]:
    """Return the follow-ups and the treatment dates in rows of `PLAN` or `WHOLE_PLAN`."""
    dates = [row for row in rows if row.state == _ANCHOR]
    planned = [row for row in rows if row.state != _ANCHOR]
    return (
        tuple(follow_up_of(key.patient, row) for row in planned),
        tuple(_anchor_of(vault, key, row) for row in dates),
    )


def follow_up_of(patient: str, row: Row[Any]) -> FollowUp:
    """Return the follow-up in a row that holds the columns of `follow_ups`."""
    return FollowUp(
        id=FollowUpId(row.id),
        patient=PatientId(patient),
        step=row.step,
        anchor=row.anchor,
        local=row.local,
        zone=row.zone,
        window_start=row.window_start,
        due_at=row.due_at,
        window_end=row.window_end,
        state=FollowUpState(row.state),
        nudges=row.nudges,
        response=ResponseId(row.response_id) if row.response_id else None,
        outbox=OutboxId(row.outbox_id) if row.outbox_id else None,
        reason=row.reason,
        next_at=row.next_at,
        opened_at=row.opened_at,
    )


def _anchor_of(vault: Vault, key: PatientKey, row: Row[Any]) -> Anchor:
    route = vault.open_text(key, "anchors", row.id, "route", row.route)
    return Anchor(row.id, PatientId(key.patient), row.step, row.local, row.zone, route)


def _key(scope: Scope, follow_up: FollowUp) -> dict[str, Any]:
    return {"clinic_id": scope.clinic, "id": follow_up.id, "patient_id": follow_up.patient}


def _values(follow_up: FollowUp) -> dict[str, Any]:
    finished = follow_up.state in FINISHED
    return {
        "step": follow_up.step,
        "anchor": follow_up.anchor,
        "local": follow_up.local,
        "zone": follow_up.zone,
        "window_start": follow_up.window_start,
        "due_at": follow_up.due_at,
        "window_end": follow_up.window_end,
        "state": follow_up.state.value,
        "nudges": follow_up.nudges,
        "response_id": follow_up.response,
        "outbox_id": follow_up.outbox,
        "reason": follow_up.reason,
        "next_at": None if finished else follow_up.next_at,
        "opened_at": follow_up.opened_at,
        "attempts": 0,
    }
