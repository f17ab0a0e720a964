"""The one claim primitive: lease and fence in one conditional UPDATE (DESIGN.md, "claims").

Inbox, outbox, follow-ups and documents are all taken by it. A settle carries the fence of its
claim, so that somebody who lost the lease changes nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, Update, bindparam, or_, select, tuple_, update

from handlers.errors import StorageAway
from storage.row_ids import fresh_id
from storage.sql import is_row
from storage.types import UtcDateTime, moment_param


def claim(
    table: Table,
    *,
    due: tuple[ColumnElement[bool], ...],
    ahead: tuple[ColumnElement[bool], ...] = (),
    order: tuple[ColumnElement[Any], ...],
    also: dict[str, Any] | None = None,
) -> Update:
    """Build the one claim: take up to `limit` free rows until `until`, numbered by their fence.

    One statement, so that SQLite needs no lock upgrade; `due` stands again outside the subquery, so
    that PostgreSQL looks again at a row that somebody took in between. `ahead` (what must not stand
    before a row) is only looked at inside.
    """
    clinic, row = table.c.clinic_id, table.c.id
    free = (*due, is_free(table))
    taken = (
        select(clinic, row)
        .where(*free, *ahead)
        .order_by(*order)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=table)
        .cte("taken")
    )
    return (
        update(table)
        .where(tuple_(clinic, row).in_(select(taken.c.clinic_id, taken.c.id)), *free)
        .values(lease_until=moment_param("until"), fence=table.c.fence + 1, **(also or {}))
        .returning(*table.c)
    )


def renewal(table: Table, *of_ours: ColumnElement[bool]) -> Update:
    """Build what takes up the claims of `by` whose commit went unheard; it leases them until `until`.

    A claim's rows bear the mark of who made it and the very microsecond until which it leased them
    (`unheard`): whatever still bears both, nobody else has taken since, and the fence is ours.
    """
    unheard = bindparam("unheard", type_=UtcDateTime(), expanding=True)
    return (
        update(table)
        .where(table.c.lease_until.in_(unheard), table.c.holder == bindparam("by"), *of_ours)
        .values(lease_until=moment_param("until"))
        .returning(*table.c)
    )


class Unheard:
    """Claims that may have gone through although their reply was lost: rows that nobody works on."""

    def __init__(self) -> None:
        """Begin with none, under a mark that no other process has."""
        self.mark = fresh_id()
        self._untils: list[datetime] = []

    @contextmanager
    def claiming(self, now_system: datetime, until: datetime) -> Iterator[list[datetime]]:
        """Give the ends of earlier leases to be taken up; remember this one if it ends in an outage."""
        earlier = [end for end in self._untils if end > now_system]
        try:
            yield earlier
        except StorageAway:
            self._untils = [*earlier, until]
            raise
        self._untils = [end for end in self._untils if end not in earlier and end > now_system]


def taken_up(
    conn: Connection, renew: Update, values: dict[str, Any], unheard: list[datetime]
) -> Sequence[Row[Any]]:
    """Return the rows of claims that went through unheard, leased anew; none if there are none."""
    return conn.execute(renew, values | {"unheard": unheard}).all() if unheard else ()


def is_leased(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Compare with the row whose clinic, id and fence are given: the lease must still be ours."""
    return (*is_row(table), table.c.fence == bindparam("held_fence"))


def is_free(table: Table) -> ColumnElement[bool]:
    """Compare with `now_system`: nobody holds the row."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= moment_param("now_system"))
