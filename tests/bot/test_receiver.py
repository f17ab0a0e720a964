"""From a delivery to inbox rows."""

from datetime import UTC, datetime

import pytest

from bot.receiver import Account, Piece, Receiver
from handlers.core.values import ChannelKind, ClinicId
from tests.fakes.inbox import DatabaseDown, FakeInbox, StillClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACCOUNT = Account(ClinicId("default"), ChannelKind.TELEGRAM, "main")
HELLO = Piece("key-1", "chat-1", b"hello")
AGAIN = Piece("key-1", "chat-1", b"hello again")
OTHER = Piece("key-2", "chat-2", b"other")


async def test_all_items_of_a_delivery_are_stored_in_one_transaction_and_in_their_order():
    inbox = FakeInbox()

    new = await Receiver(inbox, StillClock(NOON)).take(ACCOUNT, [HELLO, OTHER])

    assert new == 2
    assert [[row.raw for row in delivery] for delivery in inbox.deliveries] == [[b"hello", b"other"]]


async def test_a_row_says_where_it_came_from_and_when():
    inbox = FakeInbox()

    await Receiver(inbox, StillClock(NOON)).take(ACCOUNT, [HELLO])

    [row] = inbox.rows
    assert (row.clinic, row.channel, row.account, row.at) == ("default", "telegram", "main", NOON)


async def test_an_item_twice_in_one_delivery_is_stored_once_as_it_came_first():
    inbox = FakeInbox()

    await Receiver(inbox, StillClock(NOON)).take(ACCOUNT, [HELLO, OTHER, AGAIN])

    assert [row.raw for row in inbox.rows] == [b"hello", b"other"]


async def test_a_delivery_that_comes_again_is_not_new():
    receiver = Receiver(FakeInbox(), StillClock(NOON))
    await receiver.take(ACCOUNT, [HELLO])

    new = await receiver.take(ACCOUNT, [HELLO, OTHER])

    assert new == 1


async def test_an_empty_delivery_asks_nothing_of_the_database():
    inbox = FakeInbox(faults=[DatabaseDown()])

    assert await Receiver(inbox, StillClock(NOON)).take(ACCOUNT, []) == 0


async def test_a_fault_of_the_database_reaches_the_caller():
    receiver = Receiver(FakeInbox(faults=[DatabaseDown()]), StillClock(NOON))

    with pytest.raises(DatabaseDown):
        await receiver.take(ACCOUNT, [HELLO])
