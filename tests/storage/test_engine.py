"""The door to the database: neighbours in a group, many writers at once, wake-ups."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, Integer, Text, insert, select, update
from sqlalchemy.exc import DBAPIError

from handlers.errors import SettingError
from storage.engine import Database, open_database
from storage.migrations import upgrade
from storage.states import Wake
from storage.tables import meta


def put(name: str):
    return lambda conn: conn.execute(insert(meta).values(name=name, value="0"))


def names(conn: Connection) -> list[str]:
    return list(conn.scalars(select(meta.c.name).order_by(meta.c.name)))


def put_and_fail(conn: Connection) -> None:
    put("half")(conn)
    raise RuntimeError("no")


async def test_one_that_fails_is_undone_alone(database: Database):
    outcomes = await asyncio.gather(
        database.write(put("a")),
        database.write(put_and_fail),
        database.write(put("b")),
        return_exceptions=True,
    )

    assert isinstance(outcomes[1], RuntimeError)
    assert await database.read(names) == ["a", "b"]


async def test_a_broken_statement_does_not_hurt_its_neighbours(database: Database):
    outcomes = await asyncio.gather(
        database.write(put("a")), database.write(put("a")), database.write(put("b")), return_exceptions=True
    )

    assert [isinstance(outcome, DBAPIError) for outcome in outcomes].count(True) == 1
    assert await database.read(names) == ["a", "b"]


async def test_two_thousand_transactions_of_four_writers_lose_nothing(database: Database):
    await database.write(put("counter"))
    one_more = update(meta).values(value=(meta.c.value.cast(Integer) + 1).cast(Text))

    async def count() -> None:
        for _ in range(500):
            await database.write(lambda conn: conn.execute(one_more))

    await asyncio.gather(*(count() for _ in range(4)))

    assert await database.read(lambda conn: conn.scalar(select(meta.c.value))) == "2000"


async def test_a_reader_cannot_write(database: Database):
    with pytest.raises(DBAPIError):
        await database.read(put("a"))


async def test_what_is_committed_is_seen_by_the_next_reader(database: Database):
    for number in range(50):
        await database.write(put(f"n-{number:02}"))
        assert len(await database.read(names)) == number + 1


async def test_a_commit_wakes_and_a_failure_does_not(database: Database):
    heard: list[Wake] = []
    database.subscribe(heard.append)

    await database.write(put("a"), wakes=(Wake.OUTBOX,))
    with pytest.raises(RuntimeError):
        await database.write(put_and_fail, wakes=(Wake.INBOX,))

    assert heard == [Wake.OUTBOX]


async def test_writing_never_blocks_the_loop(database: Database):
    writing = asyncio.create_task(database.write(lambda conn: sum(range(3_000_000))))

    turns = 0
    while not writing.done() and turns < 3:
        await asyncio.sleep(0)
        turns += 1

    assert turns == 3
    await writing


async def test_an_in_memory_database_works_too():
    database = open_database("sqlite://")
    await upgrade(database)
    await database.write(put("a"))

    found = await database.read(names)

    await database.close()
    assert found == ["a"]


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/yorisoi.db"
    first = open_database(url)
    await upgrade(first)
    await first.write(put("a"))
    await first.close()

    second = open_database(url)
    found = await second.read(names)

    await second.close()
    assert found == ["a"]
    assert not (tmp_path / "yorisoi.db-wal").exists()


@pytest.mark.parametrize("url", ["", "mysql://x/y", "no url", "oracle://x"])
def test_another_database_is_refused_with_the_mend(url: str):
    with pytest.raises(SettingError, match="YORISOI_DATABASE_URL"):
        open_database(url)
