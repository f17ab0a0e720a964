"""What follows from the end of a message is written together with it."""

import pytest
from sqlalchemy import select

from handlers.core.changes import OpenTask
from handlers.errors import ConcurrentUpdate
from storage.states import SendState
from storage.stores import Stores
from storage.tables import tasks
from tests.storage.samples import NOON, claim_outbox
from tests.storage.test_outbox import queued, row_of

TASK = OpenTask("unknown-send", "unknown-send:o-1", NOON, "")


async def test_the_end_of_a_message_and_what_follows_stand_in_one_transaction(stores: Stores):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)

    await stores.outbox.settle_failed(row, code="x", state="unknown", now=NOON, then=lambda _: [TASK])

    kinds = await stores.database.read(lambda conn: conn.scalars(select(tasks.c.kind)).all())
    assert ((await row_of(stores)).state, kinds) == (SendState.UNKNOWN, ["unknown-send"])


async def test_what_cannot_be_decided_leaves_the_message_as_it_was(stores: Stores):
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores)

    def fails(_):
        raise ConcurrentUpdate

    with pytest.raises(ConcurrentUpdate):
        await stores.outbox.settle_failed(row, code="x", state="unknown", now=NOON, then=fails)

    assert (await row_of(stores)).state == SendState.SENDING
