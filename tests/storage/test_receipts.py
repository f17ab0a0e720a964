"""What receipts do to a message: its state only moves up, whatever order they come in."""

import pytest

from handlers.core.changes import MoveSend
from handlers.core.events import Delivery
from storage.states import SendState
from storage.stores import Stores
from tests.storage.samples import (
    LEASE,
    MINUTE,
    NOON,
    claim_outbox,
    known,
    settled,
)
from tests.storage.test_outbox import queued, row_of


async def sent(stores: Stores, *states: Delivery) -> str:
    """Send one message, let receipts come in this order, and return where it stands."""
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)
    await stores.outbox.settle_sent(row, "77", now=NOON)
    for state in states:
        await stores.uow.save(await known(stores), [MoveSend("77", state, NOON + MINUTE)])
    return str((await row_of(stores)).state)


@pytest.mark.parametrize(
    ("receipts", "state"),
    [
        ([Delivery.DELIVERED, Delivery.READ], "read"),
        ([Delivery.READ, Delivery.DELIVERED, Delivery.SENT], "read"),
        ([Delivery.READ, Delivery.FAILED], "read"),
        ([Delivery.FAILED, Delivery.DELIVERED], "delivered"),
        ([Delivery.FAILED, Delivery.SENT], "failed"),
        ([Delivery.DELIVERED, Delivery.FAILED], "delivered"),
    ],
)
async def test_receipts_only_move_up(stores: Stores, receipts: list[Delivery], state: str):
    assert await sent(stores, *receipts) == state


async def test_a_message_taken_unheard_that_failed_when_tried_again_was_sent_after_all(stores: Stores):
    await queued(stores, "o-1")
    await claim_outbox(stores)
    [again] = await claim_outbox(stores, NOON + LEASE)
    await stores.outbox.settle_failed(again, code="gone", state="failed", now=NOON + LEASE)

    told = MoveSend("77", Delivery.SENT, NOON + LEASE + MINUTE, outbox_id="o-1")
    await stores.uow.save(await known(stores), [told])

    assert (await row_of(stores)).state == "sent"


async def test_a_message_that_failed_by_its_receipt_stays_failed_although_it_was_sent_twice(stores: Stores):
    await queued(stores, "o-1")
    await claim_outbox(stores)
    await claim_outbox(stores, NOON + LEASE)

    for state in (Delivery.FAILED, Delivery.SENT):
        told = MoveSend("77", state, NOON + LEASE + MINUTE, outbox_id="o-1")
        await stores.uow.save(await known(stores), [told])

    assert (await row_of(stores)).state == "failed"


async def test_a_receipt_faster_than_the_reply_is_not_undone_by_it(stores: Stores):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)
    await stores.uow.save(await known(stores), [MoveSend("77", Delivery.DELIVERED, NOON, outbox_id="o-1")])

    settled_too = await stores.outbox.settle_sent(row, "77", now=NOON + MINUTE)

    found = await row_of(stores)
    assert (settled_too, found.state, found.sent_at) == (True, SendState.DELIVERED, NOON + MINUTE)


async def test_a_providers_id_given_twice_stops_nobody(stores: Stores):
    await queued(stores, "o-1", "o-2")
    for _ in range(2):
        [row] = await claim_outbox(stores)
        assert await stores.outbox.settle_sent(row, "77", now=NOON)

    await stores.uow.save(await known(stores), [MoveSend("77", Delivery.READ, NOON)])

    assert [(await row_of(stores, name)).state for name in ("o-1", "o-2")] == ["sent", "read"]


async def test_a_receipt_of_another_conversation_moves_nothing(stores: Stores):
    await sent(stores)
    other = await settled(stores, address="other")

    await stores.uow.save(other, [MoveSend("77", Delivery.READ, NOON)])

    assert (await row_of(stores)).state == SendState.SENT
