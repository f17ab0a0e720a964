"""Statements kept compiled do what SQLAlchemy does with them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

from storage.prepared import driver_of, plain, prepared
from storage.types import UtcDateTime

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
THINGS = Table(
    "things",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("size", Integer),
    Column("at", UtcDateTime),
    Column("seal", LargeBinary),
    Column("is_on", Boolean),
    Column("note", String, default="made by the column"),
)
ROW = {"id": "a", "size": 1, "at": NOON, "seal": b"\x00\xff", "is_on": True, "note": "x"}
INSERT = insert(THINGS)
BY_ID = select(THINGS).where(THINGS.c.id == bindparam("thing"))
GROWN = (
    update(THINGS)
    .where(THINGS.c.id == bindparam("thing"))
    .values(size=THINGS.c.size + bindparam("by"))
    .returning(THINGS.c.id, THINGS.c.size)
)
SIZED = update(THINGS).where(THINGS.c.size >= 1).values(size=bindparam("by"))


@pytest.fixture
def conn():
    engine = create_engine(
        "sqlite://",
        connect_args={"isolation_level": None},
        poolclass=StaticPool,
        skip_autocommit_rollback=True,
        hide_parameters=True,
    )
    THINGS.create(engine)
    with engine.connect() as opened:
        yield prepared(opened)
    engine.dispose()


def thrice(conn, statement, values=None):
    """Run by SQLAlchemy, prepared, and as prepared before; return what each brought."""
    return [conn.execute(statement, values) for _ in range(3)]


def test_a_row_comes_back_with_names_and_types_as_sqlalchemy_gives_it(conn):
    conn.execute(INSERT, ROW)

    rows = [result.one() for result in thrice(conn, BY_ID, {"thing": "a"})]

    assert [(row.id, row.size, row.at, row.seal, row.is_on, tuple(row)) for row in rows] == [
        ("a", 1, NOON, b"\x00\xff", True, tuple(ROW.values()))
    ] * 3


def test_a_change_says_how_many_rows_it_met_and_returns_them(conn):
    conn.execute(INSERT, ROW)

    sizes = [result.all() for result in thrice(conn, GROWN, {"thing": "a", "by": 2})]
    met = [result.rowcount for result in thrice(conn, SIZED, {"by": 9})]

    assert ([row.size for [row] in sizes], met) == ([3, 5, 7], [1, 1, 1])


def test_several_rows_go_in_at_once(conn):
    for start in ("a", "b", "c"):
        conn.execute(INSERT, [ROW | {"id": f"{start}{number}"} for number in range(3)])

    assert conn.scalar(select(func.count()).select_from(THINGS)) == 9


def test_values_of_another_shape_are_another_statement(conn):
    for number, values in enumerate([ROW, ROW, ROW, {"id": "", "note": "y"}, {"id": "", "note": "y"}]):
        conn.execute(INSERT, values | {"id": f"r{number}"})

    assert [row.size for row in conn.execute(select(THINGS).order_by("id"))] == [1, 1, 1, None, None]


def test_what_a_column_makes_is_left_to_sqlalchemy(conn):
    for number in range(3):
        conn.execute(INSERT, {"id": f"r{number}"})

    assert set(conn.scalars(select(THINGS.c.note))) == {"made by the column"}


def test_a_list_of_any_length_is_left_to_sqlalchemy(conn):
    conn.execute(INSERT, [ROW | {"id": name} for name in "abc"])
    listed = select(THINGS.c.id).where(THINGS.c.id.in_(bindparam("names", expanding=True)))

    found = [conn.scalars(listed, {"names": names}).all() for names in (["a"], ["a", "b"], [], ["a"])]

    assert found == [["a"], ["a", "b"], [], ["a"]]


def test_a_value_that_is_missing_is_an_error_and_never_null(conn):
    thrice(conn, BY_ID, {"thing": "a"})
    with pytest.raises(Exception, match="thing"):
        conn.execute(BY_ID, {})


def test_a_broken_rule_is_sqlalchemys_error_without_the_values(conn):
    conn.execute(INSERT, ROW)
    conn.execute(INSERT, ROW | {"id": "b"})

    with pytest.raises(IntegrityError) as caught:
        conn.execute(INSERT, ROW | {"id": "a", "note": "a secret"})

    assert "a secret" not in str(caught.value)


def test_whoever_listens_to_sqlalchemy_hears_every_statement(conn):
    heard = []
    thrice(conn, BY_ID, {"thing": "a"})

    event.listen(plain(conn), "before_cursor_execute", lambda *told: heard.append(told[2]))
    thrice(conn, BY_ID, {"thing": "a"})

    assert len(heard) == 3


def test_begin_and_rollback_are_the_drivers(conn):
    thrice(conn, SIZED, {"by": 1})
    driver_of(conn).execute("BEGIN IMMEDIATE")
    conn.execute(INSERT, ROW)
    driver_of(conn).execute("ROLLBACK")

    assert conn.execute(text("SELECT count(*) FROM things")).scalar() == 0
