"""SQL that both databases understand, in the forms that storage uses again and again."""

from collections import namedtuple
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, Update, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert

from storage.types import next_seq

Fields = Any
"""Anything that holds a table's columns as attributes."""


def insert_new(table: Table) -> Insert:
    """Insert what is not there yet: a row whose key exists already changes nothing."""
    return insert(table).on_conflict_do_nothing()


def insert_numbered(table: Table) -> Insert:
    """Insert what is not there yet, numbered in the order of arrival."""
    return insert(table).values(seq=next_seq(table.c.seq)).on_conflict_do_nothing()


def upsert(table: Table, *columns: str, **values: Any) -> Insert:
    """Insert a row, or bring the named columns of the one with its primary key up to date."""
    new = insert(table)
    fresh = {name: new.excluded[name] for name in columns}
    return new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=fresh | values)


def is_row(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Compare with the row whose clinic and id are given as `clinic` and `row`."""
    return table.c.clinic_id == bindparam("clinic"), table.c.id == bindparam("row")


def changed(conn: Connection, statement: Update, values: dict[str, Any]) -> bool:
    """Run an UPDATE; say whether it met a row."""
    return conn.execute(statement, values).rowcount > 0


class Part:
    """One table's columns within the rows of a join, where they begin at `start`."""

    def __init__(self, table: Table, *, start: int) -> None:
        """Give every column a label of its own: two tables may use one name."""
        self.columns = [column.label(f"of_{table.name}_{column.name}") for column in table.c]
        self.end = start + len(self.columns)
        self._start = start
        self._fields: Any = namedtuple("Fields", table.c.keys())  # type: ignore[misc]  # noqa: PYI024 - the table names them

    def of(self, row: Row[Any]) -> Any:
        """Return the table's columns in a row, as attributes by their own names."""
        return self._fields._make(row[self._start : self.end])
