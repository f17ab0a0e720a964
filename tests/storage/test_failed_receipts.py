"""What a service failed after it had taken it: again, held for its template, or failed."""

from dataclasses import replace

from handlers.core.changes import MoveSend
from handlers.core.events import Delivery
from handlers.core.values import ChannelKind
from storage.accounts import HOLD, Accounts
from storage.states import SendState
from storage.stores import Stores
from tests.storage.samples import CLINIC, MINUTE, NOON, claim_outbox, known
from tests.storage.test_outbox import DAY, queued, row_of
from tests.storage.test_receipts import sent

WAITING = MoveSend("77", Delivery.FAILED, NOON, "o-1", "132015", held=True)
FAILED = MoveSend("77", Delivery.FAILED, NOON, "o-1", "131049", again_at=NOON + DAY)


async def test_what_failed_for_today_is_given_out_once_more_after_a_day(stores: Stores):
    await sent(stores)

    await stores.uow.save(await known(stores), [FAILED])

    early = await claim_outbox(stores, NOON + MINUTE)
    [again] = await claim_outbox(stores, NOON + DAY)
    assert (early, again.id, again.code) == ([], "o-1", "131049")


async def test_what_failed_for_the_same_reason_twice_has_failed(stores: Stores):
    await sent(stores)
    await stores.uow.save(await known(stores), [FAILED])
    [again] = await claim_outbox(stores, NOON + DAY)
    await stores.outbox.settle_sent(again, "78", now=NOON + DAY)

    await stores.uow.save(await known(stores), [replace(FAILED, again_at=NOON + 2 * DAY)])

    assert (await row_of(stores)).state == SendState.FAILED


async def test_a_fault_of_the_account_costs_no_message_its_last_try(stores: Stores):
    await sent(stores)
    refused = replace(FAILED, code="131042", freely=True)
    for day in (1, 2, 3):
        await stores.uow.save(await known(stores), [replace(refused, again_at=NOON + day * DAY)])
        [again] = await claim_outbox(stores, NOON + day * DAY)
        await stores.outbox.settle_sent(again, f"{day}", now=NOON + day * DAY)

    assert (await row_of(stores)).state == SendState.SENT


async def refused_late(stores: Stores) -> Accounts:
    """Return the accounts: what one of them has taken was refused for the account's sake, by a status."""
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    await accounts.create(CLINIC, ChannelKind.TELEGRAM, "main", {})
    await sent(stores)
    refused = replace(FAILED, code="131042", freely=True, again_at=NOON + HOLD)
    await stores.uow.save(await known(stores), [refused])
    return accounts


async def test_a_fault_of_the_account_told_late_stops_its_queue_for_a_while(stores: Stores):
    accounts = await refused_late(stores)
    await queued(stores, "o-2", address="chat-2")

    [standing] = await accounts.standing(CLINIC)
    early = await claim_outbox(stores, NOON + MINUTE)
    later = await claim_outbox(stores, NOON + HOLD)
    assert (standing.refused, standing.reason, standing.since) == (True, "131042", NOON)
    assert (early, {row.id for row in later}) == ([], {"o-1", "o-2"})


async def test_an_account_is_well_again_once_what_it_was_refused_for_has_arrived(stores: Stores):
    accounts = await refused_late(stores)
    [again] = await claim_outbox(stores, NOON + HOLD)
    await stores.outbox.settle_sent(again, "78", now=NOON + HOLD)

    await stores.uow.save(await known(stores), [MoveSend("78", Delivery.DELIVERED, NOON + HOLD, "o-1")])

    assert [one.refused for one in await accounts.standing(CLINIC)] == [False]


async def test_what_failed_for_its_template_waits_until_that_is_mended(stores: Stores):
    await sent(stores)

    await stores.uow.save(await known(stores), [WAITING])

    row = await row_of(stores)
    assert (row.state, row.code) == (SendState.HELD, "132015")
    assert await claim_outbox(stores, NOON + DAY) == []


async def test_what_is_over_by_then_is_not_tried_again(stores: Stores):
    await queued(stores, "o-1", expires_at=NOON + DAY)
    [row] = await claim_outbox(stores)
    await stores.outbox.settle_sent(row, "77", now=NOON)

    await stores.uow.save(await known(stores), [FAILED])

    assert (await row_of(stores)).state == SendState.FAILED


async def test_a_late_word_that_it_arrived_ends_the_wait_for_another_try(stores: Stores):
    await sent(stores)
    await stores.uow.save(await known(stores), [FAILED])

    await stores.uow.save(await known(stores), [MoveSend("77", Delivery.DELIVERED, NOON, "o-1")])

    assert (await row_of(stores)).state == SendState.DELIVERED
