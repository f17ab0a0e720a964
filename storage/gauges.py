"""Counts for `/metrics`, and whether the database is ready: read only, no content opened."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError

from handlers.core.case import FollowUpState
from handlers.stuck import FAULT
from storage.clock_marks import last_tick, standing_brakes
from storage.migrations import head
from storage.outages import outage_of
from storage.states import AccountState, InboxState, SendState
from storage.tables import alerts, audit, channel_accounts, follow_ups, inbox, meta, outbox
from storage.types import moment_param

_BY_INBOX_STATE = (
    select(inbox.c.state, func.count())
    .where(inbox.c.state.in_([InboxState.NEW.value, InboxState.QUARANTINED.value]))
    .group_by(inbox.c.state)
)
_BY_SEND_STATE = (
    select(outbox.c.state, func.count())
    .where(
        outbox.c.state.in_([state.value for state in (SendState.SENDING, SendState.UNKNOWN, SendState.HELD)])
    )
    .group_by(outbox.c.state)
)
_DUE = select(func.count(), func.min(outbox.c.not_before)).where(
    outbox.c.state == bindparam("queued"), outbox.c.not_before <= moment_param("now")
)
_STUCK = select(func.count()).where(
    follow_ups.c.next_at.is_not(None),
    follow_ups.c.state == FollowUpState.HELD.value,
    follow_ups.c.reason == FAULT,
)
_REFUSED = (
    select(func.count())
    .select_from(channel_accounts)
    .where(channel_accounts.c.state != AccountState.ACTIVE.value)
)
_ALERTS = select(func.count()).select_from(alerts).where(alerts.c.taken_at.is_(None))
_LAST_ACT = select(func.max(audit.c.seq))

_TOUCH = update(meta).values(value=meta.c.value)


def gauges(conn: Connection, now: datetime) -> Mapping[str, float]:
    """Return gauge names and values; times in seconds of business time."""
    taken: dict[str, int] = dict(conn.execute(_BY_INBOX_STATE).all())
    sends: dict[str, int] = dict(conn.execute(_BY_SEND_STATE).all())
    due, oldest = conn.execute(_DUE, {"queued": SendState.QUEUED.value, "now": now}).one()
    return {
        "inbox_pending": taken.get(InboxState.NEW, 0),
        "inbox_quarantined": taken.get(InboxState.QUARANTINED, 0),
        "outbox_due": due,
        "outbox_inflight": sends.get(SendState.SENDING, 0),
        "outbox_unknown": sends.get(SendState.UNKNOWN, 0),
        "outbox_held": sends.get(SendState.HELD, 0),
        "outbox_oldest_due_seconds": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        "accounts_refused": conn.scalar(_REFUSED) or 0,
        "follow_ups_stuck": conn.scalar(_STUCK) or 0,
        "alerts_waiting": conn.scalar(_ALERTS) or 0,
        "scheduler_last_tick_timestamp": tick.at.timestamp() if (tick := last_tick(conn)) else 0.0,
        "clock_brake": len(standing_brakes(conn)),
        "audit_head_seq": conn.scalar(_LAST_ACT) or 0,
    }


def touch(conn: Connection) -> None:
    """Write something that changes nothing: raises where nothing can be stored."""
    conn.execute(_TOUCH)


def unready(conn: Connection) -> str:
    """Return why the database can't be worked with, or an empty text."""
    try:
        revision = conn.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError as error:
        if outage_of(error) is not None:
            raise
        return "migrations: not run; run `yorisoi migrate`"
    return "" if revision == head() else "migrations: not the newest; run `yorisoi migrate`"
