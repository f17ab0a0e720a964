"""Messages to send, as decisions queue, cancel and move them. Giving them out is outbox.py's."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from handlers.core.case import Contact
from handlers.core.changes import CancelQueued, MoveSend, Queue
from handlers.core.codec import encode_body
from handlers.core.events import Delivery
from handlers.core.values import ContactPoint
from handlers.errors import NotFound
from storage import accounts
from storage.held import close_tasks
from storage.keys import ClinicKey, Vault
from storage.scope import Scope
from storage.sql import insert_numbered, is_row
from storage.states import AccountState, SendState
from storage.tables import channel_accounts, outbox
from storage.types import is_one_of

UNDELIVERED = (
    SendState.QUEUED,
    SendState.HELD,
    SendState.SENDING,
    SendState.UNKNOWN,
    SendState.EXPIRED,
    SendState.CANCELLED,
)
"""A receipt proves that these left us after all."""
MOVES_FROM = MappingProxyType(
    {
        Delivery.SENT: UNDELIVERED,
        Delivery.DELIVERED: (*UNDELIVERED, SendState.SENT, SendState.FAILED),
        Delivery.READ: (*UNDELIVERED, SendState.SENT, SendState.FAILED, SendState.DELIVERED),
        Delivery.FAILED: (*UNDELIVERED, SendState.SENT),
    }
)
"""From which states each receipt moves a message: only ever up, whatever order they come in."""
_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.READ})
_QUEUE = insert_numbered(outbox)
_WAITING = (SendState.QUEUED, SendState.HELD)
_OF = MappingProxyType(
    {
        "contact": outbox.c.contact_id == bindparam("contact"),
        "about": outbox.c.follow_up_id == bindparam("about"),
    }
)
_UNWELL_SINCE = (
    select(channel_accounts.c.held_at)
    .where(
        channel_accounts.c.clinic_id == outbox.c.clinic_id,
        channel_accounts.c.channel == outbox.c.channel,
        channel_accounts.c.account == outbox.c.account,
        is_one_of(channel_accounts.c.state, AccountState.REFUSED, AccountState.HELD),
    )
    .scalar_subquery()
    .label("unwell_since")
)
_BY_ID = select(outbox, _UNWELL_SINCE).where(*is_row(outbox))
_BY_PROVIDER = (
    select(outbox, _UNWELL_SINCE)
    .where(
        outbox.c.clinic_id == bindparam("clinic"),
        outbox.c.provider_index == bindparam("provider"),
        outbox.c.conversation == bindparam("address"),
    )
    .order_by(outbox.c.seq.desc())
    .limit(1)
)
_MOVE = update(outbox).where(*is_row(outbox), outbox.c.state == bindparam("read_state"))


def queue(scope: Scope, changes: Sequence[Queue]) -> None:
    """Store messages to send; one whose meaning is queued already adds nothing."""
    scope.conn.execute(_QUEUE, [_row(scope, change) for change in changes])


def cancel_queued(scope: Scope, change: CancelQueued) -> None:
    """Cancel what is queued or held for a contact or the whole patient; mark what is being sent.

    The tasks that stood for what was held are closed: nobody has to do anything for it any more.
    """
    named = {"contact": change.contact, "about": change.follow_up}
    only = {name: value for name, value in named.items() if value is not None}
    whose: dict[str, Any] = {"clinic": scope.clinic, "patient": scope.patient} | only
    ends = {"state": SendState.CANCELLED, "code": change.reason}
    cancelled = scope.conn.execute(_of(_WAITING, *only), whose | ends).all()
    scope.conn.execute(_of((SendState.SENDING,), *only), whose | {"cancelled": change.reason})
    if change.at is not None:
        for message in [row.id for row in cancelled if row.holder]:  # tried before: it may have been held
            close_tasks(*scope.keys, message, at=change.at, patient=scope.patient)


@cache
def _of(states: tuple[SendState, ...], *only: str) -> ReturningUpdate[Any]:
    """Return the change of a patient's messages in some states; one that is kept is compiled once.

    It brings which they were: what nobody has ever held in hand has no `holder`.
    """
    return (
        update(outbox)
        .where(
            outbox.c.clinic_id == bindparam("clinic"),
            outbox.c.patient_id == bindparam("patient"),
            is_one_of(outbox.c.state, *states),
            *(_OF[name] for name in only),
        )
        .returning(outbox.c.id, outbox.c.holder)
    )


def move_send(
    conn: Connection, vault: Vault, clinic: ClinicKey, point: ContactPoint, change: MoveSend
) -> None:
    """Move the message that a receipt is about up; one that is further already stays."""
    if change.freely:
        accounts.hold(conn, clinic.clinic, point, reason=change.code, now=change.at)
    row = _find(conn, vault, clinic, point, change)
    if row is None or not _moves(row, change.state):
        return
    values: dict[str, Any] = {"state": change.state.value, f"{_MOMENTS[change.state]}_at": change.at}
    if change.state is Delivery.FAILED:
        values["code"] = change.code
        values["sent_at"] = row.sent_at or change.at  # only what was taken can fail later
        if (again_at := _again_at(row, change)) is not None:
            values |= {"state": SendState.QUEUED.value, "not_before": again_at}
        elif change.held and not row.cancelled:
            values["state"] = SendState.HELD.value
    if row.settled_at is None:
        values["settled_at"] = change.at
    if change.state in _ARRIVED and _shows_that_it_works(row):
        accounts.works(conn, clinic.clinic, point)
    values |= {"clinic": clinic.clinic, "row": row.id, "read_state": row.state, "lease_until": None}
    conn.execute(_MOVE, values)
    if row.state == SendState.HELD:
        close_tasks(conn, vault, clinic, row.id, at=change.at, patient=row.patient_id)


def _moves(row: Row[Any], to: Delivery) -> bool:
    """Say whether a receipt moves a message up.

    One that failed when it was tried again may have been taken the first time, unheard: its receipt
    says so. What failed by a receipt stays failed, however late the news comes that it was taken.
    """
    if to is Delivery.SENT and row.state == SendState.FAILED and row.uncertain and row.sent_at is None:
        return True
    return SendState(row.state) in MOVES_FROM[to]


def _shows_that_it_works(row: Row[Any]) -> bool:
    """Say whether its arrival shows that its account is well again: it was refused before, or sent since."""
    if row.unwell_since is None:
        return False
    return bool(row.code) or (row.sent_at is not None and row.sent_at > row.unwell_since)


def _again_at(row: Row[Any], change: MoveSend) -> datetime | None:
    """Return when a message that failed goes once more; None if it is too late or was tried already."""
    is_tried = row.code == change.code and not change.freely
    if change.again_at is None or row.cancelled or is_tried:
        return None
    is_over = row.expires_at is not None and row.expires_at <= change.again_at
    return None if is_over else change.again_at


_MOMENTS = MappingProxyType(
    {
        Delivery.SENT: "sent",
        Delivery.DELIVERED: "delivered",
        Delivery.READ: "read",
        Delivery.FAILED: "settled",
    }
)


def _find(
    conn: Connection, vault: Vault, clinic: ClinicKey, point: ContactPoint, change: MoveSend
) -> Row[Any] | None:
    """Find by our own id if the service echoes it, else by its id within the conversation."""
    if change.outbox_id:
        row = conn.execute(_BY_ID, {"clinic": clinic.clinic, "row": change.outbox_id}).first()
        if row is not None:
            return row
    values = {
        "clinic": clinic.clinic,
        "provider": vault.index(clinic, "provider", point.channel, point.account, change.provider_id),
        "address": vault.index(clinic, "address", point.channel, point.account, point.address),
    }
    return conn.execute(_BY_PROVIDER, values).first()


def _row(scope: Scope, change: Queue) -> dict[str, Any]:
    contact = _contact(scope, change.contact)
    point = contact.point
    return {
        "clinic_id": scope.clinic,
        "id": change.id,
        "patient_id": scope.patient,
        "contact_id": contact.id,
        "channel": point.channel.value,
        "account": point.account,
        "conversation": scope.index("address", point.channel, point.account, point.address),
        "lane": change.lane.value,
        "turn": change.turn,
        "body": scope.seal("outbox", change.id, "body", encode_body(change.body)),
        "dedupe": scope.index("outbox", scope.patient, change.dedupe_key),
        "not_before": change.not_before,
        "expires_at": change.expires_at,
        "state": SendState.QUEUED.value,
        "resend": change.resend_if_uncertain,
        "follow_up_id": change.follow_up,
        "opening": change.opening,
        "quiet_zone": change.quiet_zone,
    }


def _contact(scope: Scope, contact_id: str) -> Contact:
    for contact in (scope.case.contact, *scope.case.others):
        if contact.id == contact_id:
            return contact
    raise NotFound("a message to a contact that is not in the case")
