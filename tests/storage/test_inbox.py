"""The inbox: stored once, given out oldest first, one worker per conversation."""

import asyncio

import pytest
from sqlalchemy import select

from handlers.core.changes import Audit
from handlers.core.events import Unread
from handlers.core.internal import read_internal
from handlers.errors import ConcurrentUpdate
from storage.states import InboxState
from storage.stores import Stores
from storage.tables import inbox, tasks
from tests.storage.samples import LEASE, MINUTE, NOON, claim_inbox, incoming, newcomer, settle, settled


async def states(stores: Stores) -> list[str]:
    statement = select(inbox.c.state).order_by(inbox.c.seq)
    return list(await stores.database.read(lambda conn: conn.scalars(statement).all()))


async def test_the_same_item_is_stored_once(stores: Stores):
    first = await stores.inbox.add([incoming("u-1"), incoming("u-2")], now=NOON)

    again = await stores.inbox.add([incoming("u-2"), incoming("u-3")], now=NOON)

    assert (first, again) == (2, 1)


async def test_a_claimed_row_comes_as_it_was_stored(stores: Stores):
    await stores.inbox.add([incoming("u-1", "chat-7", b'{"text": "hello"}')], now=NOON)

    [row] = await claim_inbox(stores)

    assert (row.conversation, row.raw, row.attempts) == ("chat-7", b'{"text": "hello"}', 1)


async def test_only_the_oldest_row_of_each_conversation_is_given_out(stores: Stores):
    await stores.inbox.add([incoming("u-1", "a"), incoming("u-2", "a"), incoming("u-3", "b")], now=NOON)

    rows = await claim_inbox(stores)

    assert [row.conversation for row in rows] == ["a", "b"]
    assert await claim_inbox(stores) == []


async def test_the_next_row_of_a_conversation_follows_when_the_first_is_done(stores: Stores):
    await stores.inbox.add([incoming("u-1", raw=b"1"), incoming("u-2", raw=b"2")], now=NOON)
    [first] = await claim_inbox(stores)
    await stores.uow.save(newcomer(), [settle(first)])

    [second] = await claim_inbox(stores)

    assert second.raw == b"2"


async def test_two_claimers_at_once_never_get_the_same_row(stores: Stores):
    await stores.inbox.add([incoming(f"u-{n}", f"chat-{n}") for n in range(40)], now=NOON)

    taken = await asyncio.gather(*(claim_inbox(stores, limit=10) for _ in range(8)))

    ids = [row.id for rows in taken for row in rows]
    assert len(ids) == len(set(ids)) == 40


async def test_a_message_whose_worker_died_is_given_out_again(stores: Stores):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    await claim_inbox(stores)

    assert await claim_inbox(stores, NOON + LEASE - MINUTE) == []
    [again] = await claim_inbox(stores, NOON + LEASE)

    assert (again.attempts, again.fence) == (2, 2)


async def test_a_worker_that_lost_its_lease_changes_nothing(stores: Stores):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [stale] = await claim_inbox(stores)
    await claim_inbox(stores, NOON + LEASE)
    case = newcomer()

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(case, [settle(stale)])

    assert await states(stores) == [InboxState.NEW]


async def test_a_lost_lease_takes_everything_else_in_the_save_with_it(stores: Stores):
    case = await settled(stores)
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [stale] = await claim_inbox(stores)
    await claim_inbox(stores, NOON + LEASE)

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(case, [Audit("bot", "seen", case.patient.id, NOON), settle(stale)])

    after = await stores.uow.case_of(case.clinic.id, case.patient.id)
    assert after == case


async def test_a_row_that_failed_comes_back_when_its_back_off_is_over(stores: Stores):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [row] = await claim_inbox(stores)
    await stores.inbox.give_back(row, now_system=NOON + MINUTE, code="ValueError", last=False)

    assert await claim_inbox(stores) == []
    [again] = await claim_inbox(stores, NOON + MINUTE)

    assert again.attempts == 2


async def test_a_poisonous_row_is_quarantined_with_a_task_and_its_neighbours_go_on(stores: Stores):
    await stores.inbox.add([incoming("u-1"), incoming("u-2", raw=b"next")], now=NOON)
    [row] = await claim_inbox(stores)

    await stores.inbox.give_back(row, now_system=NOON, code="ValueError", last=True)

    [after] = await claim_inbox(stores)
    kinds = await stores.database.read(lambda conn: conn.scalars(select(tasks.c.kind)).all())
    assert (after.raw, kinds) == (b"next", ["quarantined"])


async def test_who_sent_what_is_in_quarantine_hears_of_it_once(stores: Stores):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [row] = await claim_inbox(stores)

    for _ in range(2):
        await stores.inbox.give_back(row, now_system=NOON, code="ValueError", last=True, told=True)

    [word] = await claim_inbox(stores)
    event = read_internal(word.raw)
    assert (event.what, event.message_id, word.conversation) == (
        Unread(),
        f"unread:{row.id}",
        row.conversation,
    )


async def test_a_raw_body_is_gone_once_it_is_handled(stores: Stores):
    await stores.inbox.add([incoming("u-1", raw=b"words")], now=NOON)
    [row] = await claim_inbox(stores)

    await stores.uow.save(newcomer(), [settle(row, keep=False, text="words")])

    kept = await stores.database.read(lambda conn: conn.execute(select(inbox.c.body, inbox.c.text)).one())
    assert kept == (None, None)


async def test_words_are_kept_under_the_patients_key_when_they_agreed(stores: Stores):
    case = await settled(stores)
    await stores.inbox.add([incoming("u-1", raw=b"raw")], now=NOON)
    [row] = await claim_inbox(stores)

    await stores.uow.save(case, [settle(row, text="the words")])

    key = await stores.keys.get(case.clinic.id, case.patient.id)
    sealed = await stores.database.read(lambda conn: conn.scalar(select(inbox.c.text)))
    assert stores.vault.open_text(key, "inbox", row.id, "text", sealed) == "the words"


async def test_a_row_whose_day_key_was_destroyed_is_quarantined(stores: Stores):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    await stores.days.destroy_old(now=NOON + 10 * 24 * 60 * MINUTE)

    assert await claim_inbox(stores) == []

    assert await states(stores) == [InboxState.QUARANTINED]


async def test_a_row_given_back_by_whoever_stops_is_free_at_once_and_costs_no_try(stores: Stores):
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [row] = await claim_inbox(stores)

    assert await stores.inbox.give_back(row, now_system=NOON, code="stopping", last=False, free=True)

    [again] = await claim_inbox(stores)
    assert (again.id, again.attempts, again.code) == (row.id, 1, "stopping")
    assert not await stores.inbox.give_back(row, now_system=NOON, code="stopping", last=False, free=True)
