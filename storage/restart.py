"""Leases that nobody holds any more: those of a process that has ended, those of a clock that was wrong.

A fence is never touched: whoever still works under an old claim settles nothing once it is taken anew.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, update

from handlers.core.papers import DocumentState
from handlers.ports import DeliveryState
from storage.states import InboxState, SendState
from storage.tables import channel_accounts, documents, follow_ups, inbox, outbox, summary_deliveries
from storage.types import is_one_of, is_word, moment_param

_PENDING: Final[tuple[tuple[Table, ColumnElement[bool]], ...]] = (
    (inbox, is_word(inbox.c.state, InboxState.NEW)),
    (outbox, is_one_of(outbox.c.state, SendState.QUEUED, SendState.SENDING)),
    (follow_ups, follow_ups.c.next_at.is_not(None)),
    (documents, is_word(documents.c.state, DocumentState.PENDING)),
    (summary_deliveries, is_word(summary_deliveries.c.state, DeliveryState.OWED)),
)
"""What may be leased, worded like the partial indexes, so that finished rows are not even looked at."""

_FREE_ALL = tuple(
    update(table).where(pending, table.c.lease_until.is_not(None)).values(lease_until=None)
    for table, pending in _PENDING
)
_FREE_FAR = tuple(
    update(table).where(pending, table.c.lease_until > moment_param("beyond")).values(lease_until=None)
    for table, pending in _PENDING
)
_NOBODY: Final[dict[str, Any]] = {"lease_holder": "", "lease_until": None}
_STOP_POLLING = update(channel_accounts).where(channel_accounts.c.lease_until.is_not(None)).values(_NOBODY)
_STOP_FAR_POLLING = (
    update(channel_accounts).where(channel_accounts.c.lease_until > moment_param("beyond")).values(_NOBODY)
)


def free_all(conn: Connection) -> int:
    """Free every lease; return how many rows were held. Only where no other process can hold any.

    A message found in the middle of being sent stays `sending`: whoever claims it counts that as
    an ambiguous send, exactly as for a lease that ran out.
    """
    freed = sum(conn.execute(statement).rowcount for statement in _FREE_ALL)
    conn.execute(_STOP_POLLING)
    return freed


def free_far(conn: Connection, beyond: datetime) -> int:
    """Free what is leased past `beyond`, further ahead than any lease lasts: a clock was wrong."""
    times = {"beyond": beyond}
    freed = sum(conn.execute(statement, times).rowcount for statement in _FREE_FAR)
    conn.execute(_STOP_FAR_POLLING, times)
    return freed
