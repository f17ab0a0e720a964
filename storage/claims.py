"""The one claim primitive: lease and fence in one conditional UPDATE (DESIGN.md, "claims").

Inbox, outbox, follow-ups and documents are all taken by it. A settle carries the fence of its
claim, so that somebody who lost the lease changes nothing.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, Update, bindparam, or_, select, tuple_, update

from storage.sql import is_row
from storage.types import moment_param


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


def is_leased(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Compare with the row whose clinic, id and fence are given: the lease must still be ours."""
    return (*is_row(table), table.c.fence == bindparam("held_fence"))


def is_free(table: Table) -> ColumnElement[bool]:
    """Compare with `now_system`: nobody holds the row."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= moment_param("now_system"))
