"""Held messages are looked at again: queued where they may go, closed with a reason where they make no sense.

What becomes of each is decided in `handlers.core.held`. Only what is still held is moved, so that two that
look at the same moment, or a STOP that comes between, bring nothing out twice and nothing out after it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Update, and_, bindparam, case, false, func, or_, select, update

from handlers.core.changes import FINISHED, FreeHeld
from handlers.core.codec import decode_body
from handlers.core.held import IN_ORDER, STALE, Fate, HeldSend, sort_out
from handlers.core.messages import Body, Lane
from handlers.core.values import ChannelKind, ClinicId, ContactId, PatientId
from handlers.held_sends import Waiting
from storage.engine import Database
from storage.held import IS_HELD, RELEASE, close_tasks
from storage.marks import open_task_row
from storage.scope import Scope
from storage.sql import changed, is_row
from storage.states import SendState
from storage.tables import contact_points, follow_ups, outbox
from storage.types import is_word, moment_param

EXPIRED: Final = "expired"
"""The kind of task that says of a reply that it did not go out in time (scheduler/verdict.py)."""
_CLOSED: Final = {
    Fate.OVERTAKEN: SendState.CANCELLED,
    Fate.OVER: SendState.CANCELLED,
    Fate.TOO_OLD: SendState.EXPIRED,
}
_o, _c, _f = outbox, contact_points, follow_ups
_ABOUT = and_(_f.c.clinic_id == _o.c.clinic_id, _f.c.id == _o.c.follow_up_id)
_HAS_ENDED = _f.c.state.in_([state.value for state in FINISHED])
_IS_BEGUN = and_(_o.c.opening, _f.c.response_id.is_not(None))
_IS_OVER = func.coalesce(or_(_HAS_ENDED, _IS_BEGUN), false())
_HELD_FOR = (
    select(_o, _IS_OVER.label("is_over"))
    .outerjoin(_f, _ABOUT)
    .where(_o.c.clinic_id == bindparam("clinic"), IS_HELD, _o.c.contact_id == bindparam("contact"))
    .order_by(_o.c.seq)
)
_LEFT: Final = ("queued", "sending", "sent", "delivered", "read", "unknown")
_SINCE = (
    select(_o, false().label("is_over"))
    .where(
        _o.c.clinic_id == bindparam("clinic"),
        _o.c.patient_id == bindparam("patient"),
        _o.c.seq > bindparam("first"),
        _o.c.contact_id == bindparam("contact"),
        _o.c.state.in_(_LEFT),
    )
    .order_by(_o.c.seq)
    .limit(200)
)
"""What has left, or is about to, since a message was held."""
_CLOSE = (
    update(_o)
    .where(*is_row(_o), IS_HELD)
    .values(state=bindparam("becomes"), code=bindparam("because"), settled_at=moment_param("moment"))
)
_GO = RELEASE.values(quiet_zone=case((_o.c.quiet_zone != "", bindparam("zone")), else_=_o.c.quiet_zone))
_MUST_END = or_(
    _o.c.expires_at <= moment_param("past"),
    _IS_OVER,
    and_(is_word(_o.c.lane, Lane.TURN), _o.c.expires_at.is_(None), _o.c.not_before <= moment_param("stale")),
)
_MAY_GO = or_(
    _o.c.code == IN_ORDER,
    _o.c.channel != ChannelKind.WHATSAPP.value,
    _c.c.window_closes_at > moment_param("now"),
)
_WHO = (_o.c.clinic_id, _o.c.patient_id, _o.c.contact_id)
_WAITING = (
    select(*_WHO, func.max(case((_MUST_END, 1), else_=0)).label("ends"))
    .join(_c, and_(_c.c.clinic_id == _o.c.clinic_id, _c.c.id == _o.c.contact_id))
    .outerjoin(_f, _ABOUT)
    .where(IS_HELD, or_(_MUST_END, _MAY_GO))
    .group_by(*_WHO)
    .order_by(func.min(_o.c.seq))
)


class WaitingSends:
    """Finds for whom something is held that may go or must end. Nothing of what it says is opened."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def __call__(self, now: datetime) -> Sequence[Waiting]:
        """Return the contacts, those first whose message is the oldest."""
        moments = {"now": now, "past": now - timedelta(minutes=1), "stale": now - STALE}
        rows = await self._database.read(lambda conn: conn.execute(_WAITING, moments).all())
        return [
            Waiting(ClinicId(clinic), PatientId(patient), ContactId(contact), is_over=bool(ends))
            for clinic, patient, contact, ends in rows
        ]


def free_held(scope: Scope, change: FreeHeld) -> None:
    """Let go or close what is held for a contact, and close the tasks that stood for it."""
    place = {"clinic": scope.clinic, "contact": change.contact}
    held = scope.conn.execute(_HELD_FOR, place).all()
    if not held:
        return
    left = scope.conn.execute(_SINCE, place | {"patient": scope.patient, "first": held[0].seq}).all()
    in_order = sorted((*held, *left), key=lambda row: row.seq)
    fates = sort_out([_opened(scope, row) for row in in_order], change.said, change.way, change.at)
    for message, fate in fates.items():
        if changed(scope.conn, *_moved(scope, message, fate, change)):
            close_tasks(*scope.keys, message, at=change.at, patient=scope.patient)
            if fate is Fate.TOO_OLD:
                _tell_staff(scope, message, change.at)


def _moved(scope: Scope, message: str, fate: Fate, change: FreeHeld) -> tuple[Update, dict[str, Any]]:
    values: dict[str, Any] = scope.row(message) | {"moment": change.at}
    if fate is Fate.GOES:
        return (_GO, values | {"zone": change.zone}) if change.zone else (RELEASE, values)
    return _CLOSE, values | {"becomes": _CLOSED[fate].value, "because": fate.value}


def _tell_staff(scope: Scope, message: str, at: datetime) -> None:
    named = (EXPIRED, f"{EXPIRED}:{message}")
    open_task_row(*scope.keys, scope.key, *named, at=at, note=Fate.TOO_OLD.value)


def _opened(scope: Scope, row: Row[Any]) -> HeldSend:
    return HeldSend(
        id=row.id,
        lane=Lane(row.lane),
        code=row.code,
        since=row.not_before,
        expires_at=row.expires_at,
        follow_up=row.follow_up_id,
        is_over=bool(row.is_over),
        body=_body(scope, row),
        has_left=row.state != SendState.HELD,
    )


def _body(scope: Scope, row: Row[Any]) -> Body:
    """Return what a message says; one that can't be read goes, and its sender shows it to a person."""
    try:
        text = scope.vault.open_text(scope.key, "outbox", row.id, "body", row.body)
        return decode_body(text) if text else Body("")
    except Exception:  # noqa: BLE001  whatever it is: it must not keep the others
        return Body("")
