"""Column types and SQL that both databases understand."""

from collections.abc import Callable
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
    Double,
    bindparam,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and UTC on both sides; one without a zone is refused.

    SQLite holds it as `YYYY-MM-DD HH:MM:SS.ffffff`, as SQLAlchemy's own type writes it. Going there and
    back is written out here, because it is done some forty times for one answer.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Return what brings a moment into the database; it raises ValueError for one without a zone."""
        return _to_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what brings a stored moment back, aware and UTC."""
        return _from_text if dialect.name == "sqlite" else _in_utc


_MOMENT_LENGTH = len("2026-01-31 10:00:00.000000")
"""What is stored of a moment: the zone, which is always UTC, is left out."""


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    moment = value if value is None or value.tzinfo is UTC else _in_utc(value)
    return None if moment is None else moment.isoformat(" ", "microseconds")[:_MOMENT_LENGTH]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


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


class days_between(FunctionElement[float]):  # noqa: N801 - reads as the SQL function that it is
    """How many days lie between two moments, with fractions."""

    inherit_cache = True
    type = Double()


@compiles(days_between, "postgresql")
def _by_interval(element: days_between, compiler: SQLCompiler, **how: Any) -> str:
    earlier, later = (compiler.process(one, **how) for one in element.clauses)
    return f"(EXTRACT(EPOCH FROM ({later} - {earlier})) / 86400.0)::float8"


@compiles(days_between, "sqlite")
def _by_julian_day(element: days_between, compiler: SQLCompiler, **how: Any) -> str:
    earlier, later = (compiler.process(one, **how) for one in element.clauses)
    return f"(julianday({later}) - julianday({earlier}))"
