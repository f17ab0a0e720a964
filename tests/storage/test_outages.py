"""A database that is away, slow, or gone with the reply to a COMMIT: said as what it is, guessed never."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from handlers.core.changes import OpenTask
from handlers.errors import StorageAway
from storage.blobs import Blobs
from storage.engine import open_database
from storage.postgres import Limits, PostgresDatabase
from storage.states import SendState
from storage.stores import stores_of
from storage.tables import inbox, meta, tasks
from tests.fakes.proxy import proxy
from tests.storage.samples import (
    CLINIC,
    LEASE,
    MINUTE,
    NOON,
    claim_inbox,
    claim_outbox,
    clinic,
    incoming,
    message,
    settle,
    settled,
)

SHORT = Limits(connect=1, statement=1, answer=1.5, place=1)


@pytest.fixture
async def cable(postgres_url):
    """A proxy before the database of this test."""
    server = make_url(postgres_url)
    async with proxy(server.host, server.port) as between:
        yield between


@pytest.fixture
async def behind(postgres_url, cable):
    """The database, reached through the proxy."""
    url = make_url(postgres_url).set(drivername="postgresql+asyncpg", host="127.0.0.1", port=cable.port)
    database = PostgresDatabase(url, SHORT)
    yield database
    await database.close()


@pytest.fixture
async def stores(behind, vault, tmp_path):
    opened = stores_of(behind, vault, Blobs(f"file://{tmp_path}/files"))
    await opened.clinics.create(clinic(CLINIC), now=NOON)
    return opened


async def cut_next_commit(stores, cable):
    """Let the next COMMIT go through and its reply be lost; notices of what was before are out by then."""
    await asyncio.gather(*stores.database._notices)
    cable.cuts = 1


def rows(table):
    return lambda conn: conn.scalar(select(func.count()).select_from(table))


@pytest.mark.postgres
async def test_what_takes_too_long_is_ended_by_the_server(behind):
    with pytest.raises(StorageAway, match="slow"):
        await behind.read(lambda conn: conn.execute(text("SELECT pg_sleep(20)")))


@pytest.mark.postgres
async def test_a_migration_may_take_longer_than_any_other_statement(behind):
    await behind.write_long(lambda conn: conn.execute(text("SELECT pg_sleep(2)")))

    assert behind.trouble.code == ""


@pytest.mark.postgres
async def test_a_server_that_says_nothing_is_given_up_soon_and_taken_up_again(behind, cable):
    await behind.read(rows(meta))
    cable.swallows = True

    with pytest.raises(StorageAway):
        async with asyncio.timeout(15):
            await behind.read(rows(meta))
    cable.swallows = False

    assert await behind.read(rows(meta)) == 0


@pytest.mark.postgres
async def test_the_whole_pool_taken_is_an_outage_and_ends(behind):
    release = asyncio.Event()

    async def hold():
        async with behind._engine.connect():
            await release.wait()

    holders = [asyncio.create_task(hold()) for _ in range(20)]
    await asyncio.sleep(0.5)

    with pytest.raises(StorageAway, match="no-connection-free"):
        await behind.read(rows(meta))
    release.set()
    await asyncio.gather(*holders)


@pytest.mark.postgres
async def test_a_delivery_whose_commit_went_unheard_is_stored_once_when_it_comes_again(stores, cable):
    await stores.inbox.add([incoming("u-0")], now=NOON)
    await cut_next_commit(stores, cable)

    with pytest.raises(StorageAway):
        await stores.inbox.add([incoming("u-1")], now=NOON)
    again = await stores.inbox.add([incoming("u-1")], now=NOON)

    assert again == 0
    assert await stores.database.read(rows(inbox)) == 2


@pytest.mark.postgres
async def test_an_answer_whose_commit_went_unheard_is_not_worked_off_twice(stores, cable):
    case = await settled(stores)
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [row] = await claim_inbox(stores)
    task = OpenTask("person", "person:1", NOON)
    await cut_next_commit(stores, cable)

    with pytest.raises(StorageAway):
        await stores.uow.save(case, [task, settle(row)])
    await stores.inbox.give_back(row, now_system=NOON, code="StorageAway", last=False)

    assert await claim_inbox(stores, NOON + MINUTE) == []
    assert await stores.database.read(rows(tasks)) == 1


@pytest.mark.postgres
async def test_a_claim_that_went_unheard_is_taken_up_at_once_and_is_no_ambiguous_send(stores, cable):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1")])
    await cut_next_commit(stores, cable)
    with pytest.raises(StorageAway):
        await claim_outbox(stores)

    [row] = await claim_outbox(stores, NOON + timedelta(seconds=1))

    assert (row.id, row.attempts, row.uncertain) == ("o-1", 1, 0)
    assert await stores.outbox.settle_sent(row, "m-1", now=NOON)


@pytest.mark.postgres
async def test_a_delivery_whose_claim_went_unheard_is_worked_off_with_its_first_attempt(stores, cable):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    await cut_next_commit(stores, cable)
    with pytest.raises(StorageAway):
        await claim_inbox(stores)

    [row] = await claim_inbox(stores, NOON + timedelta(seconds=1))

    assert row.attempts == 1
    assert await claim_inbox(stores, NOON + timedelta(seconds=2)) == []


@pytest.mark.postgres
async def test_a_claim_that_went_unheard_and_that_another_took_since_is_not_taken_up(
    stores, cable, postgres_url, vault, tmp_path
):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    await cut_next_commit(stores, cable)
    with pytest.raises(StorageAway):
        await claim_inbox(stores)
    elsewhere = open_database(postgres_url)
    other = stores_of(elsewhere, vault, Blobs(f"file://{tmp_path}/files"))

    theirs = await claim_inbox(other, NOON + LEASE)
    ours = await claim_inbox(stores, NOON + LEASE + timedelta(seconds=1))

    await elsewhere.close()
    assert (len(theirs), ours) == (1, [])


@pytest.mark.postgres
async def test_what_another_claimed_in_the_very_same_moment_is_not_taken_for_ours(
    stores, cable, postgres_url, vault, tmp_path
):
    elsewhere = open_database(postgres_url)
    other = stores_of(elsewhere, vault, Blobs(f"file://{tmp_path}/files"))
    await stores.inbox.add([incoming("u-1")], now=NOON)
    theirs = await claim_inbox(other)
    await stores.inbox.add([incoming("u-2", conversation="another")], now=NOON)
    await cut_next_commit(stores, cable)
    with pytest.raises(StorageAway):
        await claim_inbox(stores)

    ours = await claim_inbox(stores, NOON + timedelta(seconds=1))

    await elsewhere.close()
    assert (len(theirs), [row.conversation for row in ours]) == (1, ["another"])


@pytest.mark.postgres
async def test_a_send_whose_settling_went_unheard_is_settled_by_asking_again(stores, cable):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1")])
    [row] = await claim_outbox(stores)
    await cut_next_commit(stores, cable)

    with pytest.raises(StorageAway):
        await stores.outbox.settle_sent(row, "m-1", now=NOON)

    assert await stores.outbox.settle_sent(row, "m-1", now=NOON)
    assert await claim_outbox(stores, NOON + timedelta(hours=1)) == []


@pytest.mark.postgres
@pytest.mark.parametrize("has_changes", [True, False])
async def test_an_end_that_went_unheard_is_known_for_ours_and_written_once(stores, cable, has_changes):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1")])
    [row] = await claim_outbox(stores)
    changes = [OpenTask("unknown", "unknown:1", NOON)] if has_changes else []
    await cut_next_commit(stores, cable)

    async def end():
        return await stores.outbox.settle_failed(
            row, code="timeout", state=SendState.UNKNOWN, now=NOON, changes=changes
        )

    with pytest.raises(StorageAway):
        await end()

    assert await end()
    assert await stores.database.read(rows(tasks)) == len(changes)
