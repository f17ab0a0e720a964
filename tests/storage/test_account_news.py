"""An account of which its service says, without any message, that it is refused: its queue waits."""

import pytest

from handlers.core.changes import HoldAccount, MoveSend
from handlers.core.events import Delivery
from handlers.core.values import ChannelKind
from storage.accounts import HOLD, Accounts
from storage.stores import Stores
from tests.storage.samples import CLINIC, MINUTE, NOON, claim_outbox, known, newcomer
from tests.storage.test_outbox import queued


@pytest.fixture
async def accounts(stores: Stores) -> Accounts:
    """Return the accounts: of one of them the service says that it is locked."""
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    await accounts.create(CLINIC, ChannelKind.TELEGRAM, "main", {})
    await stores.uow.save(newcomer("nobody"), [HoldAccount("131031", NOON)])
    await queued(stores, "o-1")
    return accounts


async def refused(accounts):
    return [(one.refused, one.reason) for one in await accounts.standing(CLINIC)]


async def test_nothing_leaves_for_a_while(accounts: Accounts, stores: Stores):
    early = await claim_outbox(stores, NOON + MINUTE)
    later = await claim_outbox(stores, NOON + HOLD)

    assert await refused(accounts) == [(True, "131031")]
    assert (early, [(row.id, row.attempts) for row in later]) == ([], [("o-1", 1)])


async def test_what_was_sent_since_and_arrived_shows_that_it_is_well(accounts: Accounts, stores: Stores):
    [row] = await claim_outbox(stores, NOON + HOLD)
    await stores.outbox.settle_sent(row, "77", now=NOON + HOLD)
    arrived = MoveSend("77", Delivery.DELIVERED, NOON + HOLD, "o-1")

    await stores.uow.save(await known(stores), [arrived])

    assert await refused(accounts) == [(False, "")]


async def test_what_arrives_of_the_time_before_shows_nothing(stores: Stores):
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    await accounts.create(CLINIC, ChannelKind.TELEGRAM, "main", {})
    await queued(stores, "o-1")
    [row] = await claim_outbox(stores, NOON)
    await stores.outbox.settle_sent(row, "77", now=NOON)
    held = HoldAccount("131031", NOON + MINUTE)

    await stores.uow.save(await known(stores), [held, MoveSend("77", Delivery.DELIVERED, NOON + HOLD, "o-1")])

    assert await refused(accounts) == [(True, "131031")]


async def test_the_services_word_that_it_is_over_frees_the_queue_at_once(accounts: Accounts, stores: Stores):
    await stores.uow.save(newcomer("nobody"), [HoldAccount("", NOON)])

    assert await refused(accounts) == [(False, "")]
    assert [row.id for row in await claim_outbox(stores, NOON + MINUTE)] == ["o-1"]
