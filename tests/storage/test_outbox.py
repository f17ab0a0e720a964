"""The outbox: in order within a conversation, once, and settled by whoever holds the lease."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from handlers.core.changes import AddPatient, OpenTask
from handlers.core.messages import Lane
from handlers.core.values import ChannelKind
from storage.states import SendState
from storage.stores import Stores
from storage.tables import outbox, patients, tasks
from tests.storage.samples import (
    CLINIC,
    LEASE,
    MINUTE,
    NOON,
    claim_outbox,
    known,
    message,
    newcomer,
    settled,
)

DAY = timedelta(days=1)


async def row_of(stores: Stores, name: str = "o-1") -> Row[Any]:
    return await stores.database.read(
        lambda conn: conn.execute(select(outbox).where(outbox.c.id == name)).one()
    )


async def queued(stores: Stores, *names: str, address: str = "990000123", **fields: Any) -> None:
    case = await settled(stores, address=address)
    await stores.uow.save(case, [message(case, name, **fields) for name in names])


async def test_a_message_is_queued_once_by_its_meaning(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1", dedupe_key="same")])

    await stores.uow.save(await known(stores), [message(case, "o-2", dedupe_key="same")])

    assert [row.id for row in await claim_outbox(stores)] == ["o-1"]


async def test_a_claimed_message_comes_as_it_was_queued(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, text="Hello there", expires_at=NOON + MINUTE, opening=True)])

    [row] = await claim_outbox(stores)

    assert (row.body.text, row.point, row.opening) == ("Hello there", case.contact.point, True)
    assert (row.expires_at, row.attempts, row.uncertain, row.window_open) == (NOON + MINUTE, 1, 0, True)


async def test_messages_of_a_conversation_leave_one_after_the_other(stores: Stores):
    await queued(stores, "o-1", "o-2")
    [first] = await claim_outbox(stores)
    assert await claim_outbox(stores) == []

    await stores.outbox.settle_sent(first, "1", now=NOON)

    assert [row.id for row in await claim_outbox(stores)] == ["o-2"]


async def test_conversations_do_not_wait_for_each_other(stores: Stores):
    await queued(stores, "o-1", address="a")
    await queued(stores, "o-2", address="b")

    assert len(await claim_outbox(stores)) == 2


async def test_a_message_is_not_given_out_before_its_time(stores: Stores):
    await queued(stores, "o-1", not_before=NOON + MINUTE)

    assert await claim_outbox(stores) == []
    assert await stores.outbox.next_due(now=NOON) == NOON + MINUTE
    assert len(await claim_outbox(stores, NOON + MINUTE)) == 1


async def test_a_postponed_message_lets_another_turn_pass(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1", turn="t-1"), message(case, "o-2", turn="t-2")])
    [first] = await claim_outbox(stores)
    await stores.outbox.postpone(first, until=NOON + MINUTE, code="429", free=True, uncertain=False, now=NOON)

    [passing] = await claim_outbox(stores)

    assert passing.id == "o-2"


async def test_a_postponed_message_holds_back_the_rest_of_its_own_turn(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1", turn="t-1"), message(case, "o-2", turn="t-1")])
    [first] = await claim_outbox(stores)
    await stores.outbox.postpone(first, until=NOON + MINUTE, code="429", free=True, uncertain=False, now=NOON)

    assert await claim_outbox(stores) == []
    assert [row.id for row in await claim_outbox(stores, NOON + MINUTE)] == ["o-1"]


@pytest.mark.parametrize("lane", [Lane.CARD, Lane.STAFF])
async def test_emergency_cards_and_staff_wait_for_nothing(stores: Stores, lane: Lane):
    await queued(stores, "o-1")
    await claim_outbox(stores)
    case = await known(stores)
    await stores.uow.save(case, [message(case, "o-2", lane=lane)])

    assert [row.id for row in await claim_outbox(stores)] == ["o-2"]


async def test_two_senders_at_once_never_get_the_same_message(stores: Stores):
    for number in range(20):
        await queued(stores, f"o-{number}", address=f"chat-{number}")

    taken = await asyncio.gather(*(claim_outbox(stores, limit=5) for _ in range(6)))

    ids = [row.id for rows in taken for row in rows]
    assert len(ids) == len(set(ids)) == 20


async def test_a_sender_that_died_leaves_an_ambiguous_send(stores: Stores):
    await queued(stores, "o-1")
    await claim_outbox(stores)

    [again] = await claim_outbox(stores, NOON + LEASE)

    assert (again.attempts, again.uncertain) == (2, 1)
    assert (await row_of(stores)).ambiguous_at == NOON + LEASE


async def test_a_sender_that_lost_its_lease_settles_nothing(stores: Stores):
    await queued(stores, "o-1")
    [stale] = await claim_outbox(stores)
    await claim_outbox(stores, NOON + LEASE)

    outcomes = [
        await stores.outbox.settle_sent(stale, "1", now=NOON),
        await stores.outbox.postpone(stale, until=NOON, code="", free=True, uncertain=False, now=NOON),
        await stores.outbox.settle_failed(stale, code="x", state="failed", now=NOON),
        await stores.outbox.settle_failed(
            stale, code="x", state="unknown", now=NOON, changes=[OpenTask("unknown", "k", NOON)]
        ),
    ]

    assert outcomes == [False] * 4
    assert (await row_of(stores)).state == SendState.SENDING
    assert await stores.database.read(lambda conn: conn.execute(select(tasks)).all()) == []


@pytest.mark.parametrize(("free", "attempts"), [(True, 1), (False, 2)])
async def test_a_free_postponement_burns_no_attempt(stores: Stores, *, free: bool, attempts: int):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)

    await stores.outbox.postpone(row, until=NOON, code="429", free=free, uncertain=True, now=NOON)

    [again] = await claim_outbox(stores)
    assert (again.attempts, again.uncertain) == (attempts, 1)


async def test_what_follows_from_a_failure_is_written_with_it(stores: Stores):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)
    task = OpenTask("unknown", "k", NOON)

    done = await stores.outbox.settle_failed(row, code="timeout", state="unknown", now=NOON, changes=[task])

    kinds = await stores.database.read(lambda conn: conn.scalars(select(tasks.c.kind)).all())
    assert (done, (await row_of(stores)).state, kinds) == (True, SendState.UNKNOWN, ["unknown"])


@pytest.mark.parametrize(("closes", "is_open"), [(None, False), (NOON, False), (NOON + MINUTE, True)])
async def test_whatsapps_window_is_told_to_the_sender(
    stores: Stores, closes: datetime | None, *, is_open: bool
):
    case = newcomer("US.1", ChannelKind.WHATSAPP)
    case = replace(case, contact=replace(case.contact, window_closes_at=closes))
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), message(case)])

    [row] = await stores.outbox.claim(
        CLINIC, ChannelKind.WHATSAPP, "main", now=NOON, now_system=NOON, lease=timedelta(seconds=60), limit=9
    )

    assert row.window_open is is_open


async def test_an_expired_message_is_still_given_out_for_the_sender_to_end(stores: Stores):
    await queued(stores, "o-1", expires_at=NOON - MINUTE)

    [row] = await claim_outbox(stores)
    await stores.outbox.settle_failed(row, code="late", state="expired", now=NOON)

    assert (await row_of(stores)).state == SendState.EXPIRED


async def test_a_resting_message_keeps_its_place_and_burns_no_attempt(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [message(case, "o-1", turn="t-1"), message(case, "o-2", turn="t-2")])
    [first] = await claim_outbox(stores)

    await stores.outbox.rest(first, until_system=NOON + MINUTE, code="paced")

    early = await claim_outbox(stores)
    [again] = await claim_outbox(stores, NOON + MINUTE)
    assert (early, again.id, again.attempts, again.uncertain) == ([], "o-1", 1, 0)


async def test_a_message_that_cannot_be_opened_stops_none_that_was_claimed_with_it(stores: Stores):
    await queued(stores, "o-1", address="a")
    await queued(stores, "o-2", address="b")
    spoil = update(outbox).where(outbox.c.id == "o-1").values(body=b"spoiled")
    await stores.database.write(lambda conn: conn.execute(spoil))

    rows = await claim_outbox(stores)

    assert [(row.id, bool(row.broken), row.attempts) for row in rows] == [("o-1", True, 1), ("o-2", False, 1)]


async def test_a_message_of_somebody_who_was_erased_while_it_waited_is_forgotten(stores: Stores):
    await queued(stores, "o-1")
    await stores.database.write(lambda conn: conn.execute(update(patients).values(wrapped_key=None)))

    claimed = await claim_outbox(stores)

    found = await row_of(stores)
    assert (claimed, found.state, found.lease_until) == ([], SendState.CANCELLED, None)


async def test_a_message_found_half_sent_says_when_it_became_uncertain(stores: Stores):
    await queued(stores, "o-1")
    await claim_outbox(stores)

    [again] = await claim_outbox(stores, NOON + LEASE)

    assert again.ambiguous_at == NOON + LEASE
