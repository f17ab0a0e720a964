"""Messages that are called off: what waits, what is being sent, what rests."""

import pytest

from handlers.core.changes import CancelQueued
from storage.states import SendState
from storage.stores import Stores
from tests.storage.samples import (
    LEASE,
    NOON,
    claim_outbox,
    known,
)
from tests.storage.test_outbox import queued, row_of


async def test_stopping_cancels_what_is_queued_and_nothing_that_was_sent(stores: Stores):
    await queued(stores, "o-1", "o-2")
    [first] = await claim_outbox(stores)
    await stores.outbox.settle_sent(first, "1", now=NOON)
    case = await known(stores)

    await stores.uow.save(case, [CancelQueued(case.contact.id, "stopped")])

    assert [(await row_of(stores, name)).state for name in ("o-1", "o-2")] == ["sent", "cancelled"]


@pytest.mark.parametrize("state", ["held", "unknown"])
async def test_what_was_cancelled_while_it_was_sent_is_held_for_nobody(stores: Stores, state: str):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)
    await stores.uow.save(await known(stores), [CancelQueued(None, "stopped")])

    await stores.outbox.settle_failed(row, code="131047", state=state, now=NOON)

    assert (await row_of(stores)).state == {"held": "cancelled", "unknown": "unknown"}[state]


async def test_a_cancelled_message_whose_sender_died_comes_back_as_cancelled(stores: Stores):
    await queued(stores, "o-1")
    await claim_outbox(stores)
    await stores.uow.save(await known(stores), [CancelQueued(None, "stopped")])

    [row] = await claim_outbox(stores, NOON + LEASE)

    assert row.cancelled == "stopped"


async def test_what_was_cancelled_before_it_rests_ends_as_cancelled(stores: Stores):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)
    await stores.uow.save(await known(stores), [CancelQueued(None, "stopped")])

    await stores.outbox.rest(row, until_system=NOON, code="paced")

    found = await row_of(stores)
    assert (found.state, found.code, found.lease_until) == (SendState.CANCELLED, "stopped", None)


async def test_a_claimed_message_says_why_it_must_not_go(stores: Stores):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)

    told = [await stores.outbox.why_not(row)]
    await stores.uow.save(await known(stores), [CancelQueued(None, "stopped")])
    told.append(await stores.outbox.why_not(row))
    await claim_outbox(stores, NOON + LEASE)
    told.append(await stores.outbox.why_not(row))

    assert told == ["", "stopped", None]
