"""A SQLite connection that keeps statements compiled.

SQLAlchemy looks every statement up anew each time it runs: some 40 microseconds, eight times what SQLite
needs to run it, and one answer takes nine of them. A statement object that runs again (those that stand
in a module do) is compiled once here, by SQLAlchemy and with its own types, and from then on handed to
the driver. What needs more (a value that a column makes, a row without names) goes through SQLAlchemy,
and so does everything while somebody listens to its events, as the crash harness does.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, LargeBinary
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Shape = tuple[Any, ...]
"""Whether there are several rows of values, then their names."""
Column = tuple[str, Any]
"""The name and the type of a column that a statement returns."""


class Rows:
    """What a statement brought, read to its end: the part of SQLAlchemy's Result that storage uses."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        """Take the rows, and how many rows a change met."""
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows."""
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Return all rows."""
        return self._rows

    def first(self) -> Any:
        """Return the first row; None if there is none."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """Return the only row; raise ValueError where there are none or several."""
        [row] = self._rows
        return row

    def scalar(self) -> Any:
        """Return the first column of the first row; None if there is none."""
        return self._rows[0][0] if self._rows else None

    def scalars(self) -> "Rows":
        """Return the first column of every row."""
        return Rows([row[0] for row in self._rows], self.rowcount)


class Plan:
    """One statement as the driver takes it: its text, and how values go in and come out."""

    __slots__ = ("_given", "_in", "_make", "_out", "_rest", "returns", "sql")

    def __init__(self, compiled: SQLCompiler, columns: Sequence[Column], given: Collection[str]) -> None:
        """Take a compiled statement, the columns that it returns, and which values are given each time."""
        dialect, names = compiled.dialect, list(compiled.positiontup or ())
        self.sql, self.returns = str(compiled), bool(columns)
        binds = compiled.binds
        write = [_into_driver(binds[name].type, dialect) for name in names]
        self._in = [(place, convert) for place, convert in enumerate(write) if convert]
        rest = (name for name in names if name not in given and not binds[name].required)
        self._rest = {name: binds[name].effective_value for name in rest}
        self._given: Callable[[Mapping[str, Any]], tuple[Any, ...]] = _getter(names)
        read = [kind.dialect_impl(dialect).result_processor(dialect, None) for _, kind in columns]
        self._out = [(place, convert) for place, convert in enumerate(read) if convert]
        row: Any = namedtuple("Row", [name for name, _ in columns])  # type: ignore[misc]  # noqa: PYI024 - the statement names them
        self._make: Callable[[Sequence[Any]], Any] = row._make

    def bind(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return the values in the order of their places; raise KeyError for one that is not given."""
        found = self._given({**self._rest, **values} if self._rest else values)
        if not self._in:
            return found
        fields = list(found)
        for place, convert in self._in:
            fields[place] = convert(fields[place])
        return fields

    def rows(self, found: list[tuple[Any, ...]]) -> list[Any]:
        """Return the driver's rows with their names and types."""
        if not self._out:
            return [self._make(row) for row in found]
        return [self._make(self._read(row)) for row in found]

    def _read(self, row: tuple[Any, ...]) -> list[Any]:
        fields = list(row)
        for place, convert in self._out:
            fields[place] = convert(fields[place])
        return fields


@dataclass(frozen=True, slots=True)
class _Seen:
    """A statement that ran once, and the names of the columns that it returned."""

    names: tuple[str, ...]


class Prepared:
    """Stands for a SQLAlchemy connection to SQLite; what it does not know, the connection does."""

    def __init__(self, conn: Connection) -> None:
        """Take a connection, `plain`, whose transactions are begun and ended at its `driver`."""
        self.plain = conn
        self.driver = _driver(conn)
        self._plans: WeakKeyDictionary[Any, dict[Shape, Plan | _Seen | None]] = WeakKeyDictionary()

    def __getattr__(self, name: str) -> Any:
        """Return what the connection has by this name."""
        return getattr(self.plain, name)

    def execute(self, statement: Any, values: Any = None) -> Any:
        """Run a statement with its values, or with each of several; raise SQLAlchemy's errors."""
        if self.plain.dispatch.before_cursor_execute:
            return self.plain.execute(statement, values)
        is_many = isinstance(values, (list, tuple))
        shape = (is_many, *(values[0] if is_many and values else values or ()))
        plan = self._plan(statement, shape)
        if plan is None:
            return self._noted(statement, values, shape)
        try:
            return _run_many(self.driver, plan, values) if is_many else _run(self.driver, plan, values or {})
        except sqlite3.Error as error:
            raise _as_sqlalchemy(error, plan, self.plain) from error

    def scalar(self, statement: Any, values: Any = None) -> Any:
        """Run a statement; return the first column of the first row, None if there is none."""
        return self.execute(statement, values).scalar()

    def scalars(self, statement: Any, values: Any = None) -> Any:
        """Run a statement; return the first column of every row."""
        return self.execute(statement, values).scalars()

    def _plan(self, statement: Any, shape: Shape) -> Plan | None:
        known = self._plans.get(statement)
        plan = known.get(shape) if known else None
        if known and isinstance(plan, _Seen):
            plan = known[shape] = _prepare(statement, shape, plan.names, self.plain)
        return cast("Plan | None", plan)

    def _noted(self, statement: Any, values: Any, shape: Shape) -> Any:
        """Run a statement by SQLAlchemy; if it is new, note what it returns: the next time it is prepared."""
        result = self.plain.execute(statement, values)
        known = self._plans.setdefault(statement, {})
        if shape not in known:
            known[shape] = _Seen(tuple(result.keys()) if result.returns_rows else ())
        return result


def prepared(conn: Connection) -> Connection:
    """Return what stands for a connection; its transaction is begun for good, BEGIN and COMMIT are ours."""
    conn.begin()
    return cast("Connection", Prepared(conn))


def driver_of(conn: Connection) -> sqlite3.Connection:
    """Return sqlite3's own connection, to which BEGIN and COMMIT are said."""
    return conn.driver if isinstance(conn, Prepared) else _driver(conn)


def plain(conn: Connection) -> Connection:
    """Return SQLAlchemy's own connection, for what asks for its very class (alembic, `has_table`)."""
    return conn.plain if isinstance(conn, Prepared) else conn


def _driver(conn: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", conn.connection.driver_connection)


def _prepare(statement: Any, shape: Shape, names: tuple[str, ...], conn: Connection) -> Plan | None:
    """Return the plan of a statement for values of one shape; None where SQLAlchemy must do more."""
    is_many, *keys = shape
    kinds = [column.type for column in getattr(statement, "exported_columns", ())]
    is_named = len(set(names)) == len(names) and all(name.isidentifier() and name[0] != "_" for name in names)
    if len(kinds) < len(names) or not is_named or (is_many and names):
        return None
    compiled = statement.compile(dialect=conn.dialect, column_keys=keys or None, for_executemany=is_many)
    if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
        return None
    return Plan(compiled, list(zip(names, kinds, strict=False)), keys)


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what takes the values of these names out of a mapping, in their order."""
    if len(names) > 1:
        return itemgetter(*names)  # of one name it returns no tuple
    return lambda values: tuple([values[name] for name in names])


def _into_driver(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what makes a value fit for the driver; bytes are as they are."""
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)


def _run(driver: sqlite3.Connection, plan: Plan, values: Mapping[str, Any]) -> Rows:
    cursor = driver.execute(plan.sql, plan.bind(values))
    return Rows(plan.rows(cursor.fetchall()) if plan.returns else [], cursor.rowcount)


def _run_many(driver: sqlite3.Connection, plan: Plan, rows: Sequence[Mapping[str, Any]]) -> Rows:
    return Rows([], driver.executemany(plan.sql, [plan.bind(values) for values in rows]).rowcount)


def _as_sqlalchemy(error: sqlite3.Error, plan: Plan, conn: Connection) -> BaseException:
    """Return the error that SQLAlchemy makes of the driver's, without the values."""
    return DBAPIError.instance(
        plan.sql, None, error, sqlite3.Error, hide_parameters=True, dialect=conn.dialect
    )
