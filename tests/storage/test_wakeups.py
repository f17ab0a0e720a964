"""Hearing of other processes' commits."""

import asyncio
import gc

import pytest
from sqlalchemy import Connection, text

from storage.engine import open_database
from storage.states import Wake
from storage.wakeups import listen


async def test_on_sqlite_there_is_nobody_to_listen_to(sqlite_url: str):
    database = open_database(sqlite_url)

    await asyncio.wait_for(listen(database, lambda: None), 1)

    await database.close()


async def test_a_commit_elsewhere_wakes_once_for_many(postgres_url: str):
    here, elsewhere = open_database(postgres_url), open_database(postgres_url)
    heard: asyncio.Queue[None] = asyncio.Queue()
    listening = asyncio.create_task(listen(here, lambda: heard.put_nowait(None)))
    await asyncio.wait_for(heard.get(), 10)

    for _ in range(5):
        await elsewhere.write(lambda conn: None, wakes=(Wake.INBOX,))
    await asyncio.wait_for(heard.get(), 10)

    await elsewhere.close()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await here.close()
    assert heard.qsize() <= 1


async def test_a_lost_connection_is_made_again_and_looks_at_once(postgres_url: str):
    database = open_database(postgres_url)
    heard: asyncio.Queue[None] = asyncio.Queue()
    listening = asyncio.create_task(listen(database, lambda: heard.put_nowait(None)))
    await asyncio.wait_for(heard.get(), 10)

    await database.write(_end_listeners)
    await asyncio.wait_for(heard.get(), 10)

    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await database.close()


async def test_work_is_woken_for_although_the_listening_connection_was_ended(postgres_url: str):
    here, elsewhere = open_database(postgres_url), open_database(postgres_url)
    heard: asyncio.Queue[None] = asyncio.Queue()
    listening = asyncio.create_task(listen(here, lambda: heard.put_nowait(None)))
    await asyncio.wait_for(heard.get(), 10)
    await elsewhere.write(_end_listeners)
    await asyncio.wait_for(heard.get(), 10)

    await elsewhere.write(lambda conn: None, wakes=(Wake.INBOX,))
    await asyncio.wait_for(heard.get(), 10)

    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await here.close()
    await elsewhere.close()


@pytest.mark.parametrize("turns", range(0, 40, 4))
async def test_who_is_stopped_while_connecting_leaves_nothing_behind(postgres_url: str, turns: int):
    database, left = open_database(postgres_url), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: left.append(context["message"]))
    listening = asyncio.create_task(listen(database, lambda: None))
    for _ in range(turns):
        await asyncio.sleep(0)

    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await database.close()
    gc.collect()

    loop.set_exception_handler(None)
    assert left == []


async def test_what_is_under_way_at_the_end_leaves_no_connection_open(postgres_url: str):
    database = open_database(postgres_url)
    slow = asyncio.create_task(
        database.write(lambda conn: conn.execute(text("SELECT pg_sleep(0.2)")), wakes=(Wake.INBOX,))
    )
    await database.read(lambda conn: conn.execute(text("SELECT 1")))

    await database.close()

    assert slow.done()
    assert database._engine.pool.checkedin() == 0


def _end_listeners(conn: Connection) -> None:
    conn.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()"
        )
    )


async def test_a_database_that_closes_waits_for_the_notice_of_a_call_under_way(postgres_url: str):
    here, elsewhere = open_database(postgres_url), open_database(postgres_url)
    heard: asyncio.Queue[None] = asyncio.Queue()
    listening = asyncio.create_task(listen(here, lambda: heard.put_nowait(None)))
    await asyncio.wait_for(heard.get(), 10)

    call = asyncio.create_task(elsewhere.write(lambda conn: None, wakes=(Wake.INBOX,)))
    await asyncio.sleep(0)
    await elsewhere.close()

    await asyncio.wait_for(heard.get(), 10)
    await call
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await here.close()


async def test_a_call_whose_caller_is_stopped_runs_to_its_end(postgres_url: str):
    database = open_database(postgres_url)
    call = asyncio.create_task(database.write(lambda conn: conn.execute(text("CREATE TABLE kept (id int)"))))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)

    await database.close()

    again = open_database(postgres_url)
    assert await again.read(lambda conn: conn.scalar(text("SELECT count(*) FROM kept"))) == 0
    await again.write(lambda conn: conn.execute(text("DROP TABLE kept")))
    await again.close()
