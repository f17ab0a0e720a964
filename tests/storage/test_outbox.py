"""The outbox: in order within a conversation, once, and settled by whoever holds the lease."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from handlers.core.changes import AddPatient, CancelQueued, MoveSend, OpenTask
from handlers.core.events import Delivery
from handlers.core.messages import Lane
from handlers.core.values import ChannelKind
from storage.accounts import Accounts
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


async def test_nothing_leaves_a_held_account(stores: Stores):
    await queued(stores, "o-1")
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    await accounts.create(CLINIC, ChannelKind.TELEGRAM, "main", {})

    await accounts.hold(CLINIC, ChannelKind.TELEGRAM, "main", reason="401", now=NOON)
    held = await claim_outbox(stores)
    await accounts.release(CLINIC, ChannelKind.TELEGRAM, "main")

    assert (held, len(await claim_outbox(stores))) == ([], 1)


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


HELD = MoveSend("77", Delivery.FAILED, NOON, "o-1", "132015", held=True)
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


async def test_what_failed_for_its_template_waits_until_that_is_mended(stores: Stores):
    await sent(stores)

    await stores.uow.save(await known(stores), [HELD])

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
