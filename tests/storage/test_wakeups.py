"""Hearing of other processes' commits."""

import asyncio

from sqlalchemy import text

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

    await database.write(
        lambda conn: conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            )
        )
    )
    await asyncio.wait_for(heard.get(), 10)

    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await database.close()
