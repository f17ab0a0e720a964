"""What is an outage and what is not; servers that halt and disks that fill up."""

import asyncio
import sqlite3

import asyncpg
import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DataError, OperationalError

from handlers.errors import StorageAway
from storage.engine import open_database
from storage.outages import outage_of
from storage.tables import meta
from tests.databases import start_postgres


def sqlite_error(code):
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    return OperationalError("statement", {}, error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), "disk-full"),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), "input-output"),
        (asyncpg.CannotConnectNowError("starting"), "down"),
        (asyncpg.DiskFullError("full"), "disk-full"),
        (asyncpg.TooManyConnectionsError("many"), "no-room"),
        (asyncpg.InterfaceError("connection is closed"), "connection"),
        (ConnectionRefusedError(), "connection"),
        (TimeoutError(), "timeout"),
    ],
)
def test_what_is_the_database_s_fault_is_an_outage(error, code):
    assert outage_of(error).code == code


@pytest.mark.parametrize(
    "error",
    [
        sqlite_error(sqlite3.SQLITE_CONSTRAINT),
        DataError("statement", {}, asyncpg.DataError("does not fit")),
        asyncpg.UniqueViolationError("twice"),
        RuntimeError("ours"),
        ValueError("ours"),
    ],
)
def test_what_is_the_asker_s_fault_is_none(error):
    assert outage_of(error) is None


def test_a_statement_that_takes_too_long_passes_by_no_waiting():
    assert not outage_of(asyncpg.QueryCanceledError("too long")).passes


@pytest.mark.postgres
async def test_a_server_that_was_halted_is_away_and_then_back(tmp_path):
    server = await asyncio.to_thread(start_postgres, ours=True)
    database = open_database(server.url("postgres"))
    await database.read(lambda conn: conn.execute(select(1)))
    await asyncio.to_thread(server.halt)

    with pytest.raises(StorageAway):
        await database.read(lambda conn: conn.execute(select(1)))
    trouble = database.trouble.code
    await asyncio.to_thread(server.go_on)
    await database.read(lambda conn: conn.execute(select(1)))

    await database.close()
    await asyncio.to_thread(server.stop)
    assert (bool(trouble), database.trouble.code) == (True, "")


async def test_a_group_that_finds_no_room_is_undone_whole_and_goes_on_when_there_is(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/yorisoi.db")
    await database.write(meta.create)
    await database.write(lambda conn: conn.execute(text("PRAGMA max_page_count = 20")))

    outcomes = await asyncio.gather(
        *(database.write(large(f"n-{number}")) for number in range(40)), return_exceptions=True
    )
    trouble = database.trouble.code
    await database.write(lambda conn: conn.execute(text("PRAGMA max_page_count = 100000")))
    stored = await database.read(lambda conn: conn.scalar(select(func.count()).select_from(meta)))
    await database.write(large("after"))

    await database.close()
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {StorageAway}
    assert stored == sum(outcome is None for outcome in outcomes)
    assert (trouble, database.trouble.code) == ("disk-full", "")


def large(name):
    def put(conn: Connection) -> None:
        conn.execute(insert(meta).values(name=name, value="x" * 4000))

    return put
