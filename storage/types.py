"""Column types and SQL that both databases understand."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    bindparam,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and UTC on both sides; one without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; raise ValueError if it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware and UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment_param(name: str) -> BindParameter[datetime]:
    """Return a parameter that is a moment, wherever it stands in a statement."""
    return bindparam(name, type_=UtcDateTime())


class next_seq(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """The next number of a table's `seq` column: a sequence on PostgreSQL, highest + 1 on SQLite.

    SQLite has one writer, so nothing can come between the looking and the inserting.
    """

    type = BigInteger()
    inherit_cache = True
    name = "next_seq"


@compiles(next_seq)
def _highest_and_one(element: next_seq, _: SQLCompiler, **__: Any) -> str:
    column = _column_of(element)
    return f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {column.table.name})"  # noqa: S608 - our own names


@compiles(next_seq, "postgresql")
def _from_sequence(element: next_seq, _: SQLCompiler, **__: Any) -> str:
    return f"nextval('{_column_of(element).table.name}_seq')"


def _column_of(element: next_seq) -> Column[Any]:
    [column] = element.clauses
    assert isinstance(column, Column)  # noqa: S101 - for the type checker: it is only ever given one
    return column


def is_word(column: Column[Any], word: StrEnum) -> ColumnElement[bool]:
    """Compare with a word written out, because a bound value can't use a partial index."""
    return column == literal_column(f"'{word.value}'")


def is_one_of(column: Column[Any], *words: StrEnum) -> ColumnElement[bool]:
    """Compare with several words written out."""
    return column.in_([literal_column(f"'{word.value}'") for word in words])
