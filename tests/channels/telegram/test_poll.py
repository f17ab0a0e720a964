"""Our long poll against the fake provider: stored first, confirmed after."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.channels.telegram.connection import Connection
from bot.channels.telegram.poll import Poller
from bot.receiver import Account, Receiver
from handlers.core.values import ChannelKind, ClinicId
from tests.fakes.inbox import DatabaseDown, FakeInbox, StillClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACCOUNT = Account(ClinicId("default"), ChannelKind.TELEGRAM, "main")
CHAT = 990000123


class Desk:
    """A poller's surroundings, which a test can change while it runs."""

    def __init__(self, connection, inbox):
        self.has_lease = True
        self.naps = []
        self.faults = asyncio.Queue()
        self.told_well = asyncio.Event()
        self.lease_asked = asyncio.Queue()
        self.poller = Poller(
            bot=connection.bot,
            bot_id=connection.bot_id,
            account=ACCOUNT,
            receiver=Receiver(inbox, StillClock(NOON)),
            holds_lease=self.holds_lease,
            on_fault=self.faults.put,
            on_well=self.well,
            sleep=self.sleep,
        )

    async def holds_lease(self):
        self.lease_asked.put_nowait(None)
        return self.has_lease

    async def well(self):
        self.told_well.set()

    async def sleep(self, seconds):
        self.naps.append(seconds)
        await asyncio.sleep(0.001)

    async def has_polled(self, times):
        for _ in range(self.lease_asked.qsize() + times):
            await self.lease_asked.get()

    @asynccontextmanager
    async def running(self):
        task = asyncio.create_task(self.poller.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def inbox():
    return FakeInbox()


@pytest.fixture
def desk(connection, inbox):
    return Desk(connection, inbox)


def texts(rows):
    return [json.loads(row.raw).get("message", {}).get("text") for row in rows]


async def test_what_a_patient_writes_is_stored_and_then_confirmed(desk, inbox, provider):
    async with desk.running():
        await provider.say(CHAT, "/start")
        await provider.say(CHAT, "hello")

        rows = await inbox.holds(2)
        await provider.all_taken()

    assert texts(rows) == ["/start", "hello"]


async def test_while_the_database_is_down_nothing_is_confirmed(desk, inbox, provider):
    inbox.faults = [DatabaseDown(), DatabaseDown()]
    await provider.say(CHAT, "hello")

    async with desk.running():
        rows = await inbox.holds(1)

    assert texts(rows) == ["hello"]
    assert desk.naps[:2] == [1.0, 2.0]


async def test_what_was_stored_but_not_confirmed_comes_again_and_counts_once(desk, inbox, provider):
    inbox.faults = [(DatabaseDown(), "after the commit")]
    await provider.say(CHAT, "hello")

    async with desk.running():
        await inbox.holds(1)
        await provider.all_taken()

    assert [len(delivery) for delivery in inbox.deliveries[:2]] == [1, 0]


async def test_a_poller_killed_before_confirming_loses_nothing(connection, inbox, provider):
    await provider.say(CHAT, "hello")
    inbox.faults = [(asyncio.CancelledError(), "killed between store and offset")]
    with suppress(asyncio.CancelledError):
        await Desk(connection, inbox).poller.run()

    async with Desk(connection, inbox).running():
        await provider.all_taken()

    assert texts(inbox.rows) == ["hello"]


async def test_an_update_with_a_lower_number_after_a_silent_week_is_not_lost(desk, inbox, provider):
    desk.poller = replace(desk.poller, long_poll_seconds=0)
    async with desk.running():
        await provider.say(CHAT, "before")
        await provider.all_taken()
        await desk.has_polled(3)

        await provider.raw(
            {"update_id": 5, "message": {"message_id": 900, "chat": {"id": CHAT}, "text": "after"}}
        )
        rows = await inbox.holds(2)

    assert texts(rows) == ["before", "after"]


async def test_a_malformed_update_costs_no_neighbour(desk, inbox, provider):
    await provider.say(CHAT, "first")
    await provider.raw({"message": "not an object"})
    await provider.raw({"message": {"message_id": [], "chat": 7, "date": "soon"}})
    await provider.say(CHAT, "last")

    async with desk.running():
        rows = await inbox.holds(4)
        await provider.all_taken()

    assert [json.loads(rows[0].raw)["message"]["text"], json.loads(rows[3].raw)["message"]["text"]] == [
        "first",
        "last",
    ]


async def test_polling_takes_the_webhook_away_and_keeps_what_waits_there(desk, inbox, provider, connection):
    await connection.bot.set_webhook("http://127.0.0.1:9/nobody")
    await provider.say(CHAT, "hello")

    async with desk.running():
        rows = await inbox.holds(1)

    assert texts(rows) == ["hello"]
    assert not (await provider.bot())["webhook"]


async def test_only_the_kinds_that_are_understood_are_asked_for(desk, inbox, provider):
    async with desk.running():
        await provider.say(CHAT, "hello")
        await inbox.holds(1)

    asked = (await provider.bot())["allowed"]
    assert asked == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_without_the_lease_nothing_is_taken(desk, inbox, provider):
    desk.has_lease = False
    await provider.say(CHAT, "hello")

    async with desk.running():
        await desk.has_polled(3)

    assert len((await provider.bot())["pending"]) == 1
    assert inbox.rows == []


@pytest.mark.parametrize("verdict", ["html-502", "reset", "garbage", "429:7"])
async def test_a_passing_fault_is_slept_over(desk, inbox, provider, verdict):
    await provider.faults(verdict, method="getUpdates")
    await provider.say(CHAT, "hello")

    async with desk.running():
        await inbox.holds(1)

    assert desk.naps == [7.0 if verdict == "429:7" else 1.0]


async def test_a_token_that_is_refused_is_told_and_tried_again_later(desk, provider):
    await provider.faults("401", method="deleteWebhook")
    desk.poller = replace(desk.poller, long_poll_seconds=0)

    async with desk.running():
        fault = await desk.faults.get()
        await desk.told_well.wait()

    assert fault.code == "401"


async def test_a_second_poller_without_any_lease_is_told(desk, inbox, provider):
    async with desk.running():
        await provider.say(CHAT, "hello")
        await inbox.holds(1)
        await provider.all_taken()

        other = Connection(provider.token, api=provider.url)
        await other.bot.raw_updates(None, seconds=0, kinds=())
        await other.close()
        fault = await desk.faults.get()

    assert fault.code == "409"


async def test_a_poller_that_was_relieved_of_its_lease_goes_quietly(desk, inbox, provider):
    async with desk.running():
        await provider.say(CHAT, "hello")
        await inbox.holds(1)
        await provider.all_taken()
        desk.has_lease = False

        other = Connection(provider.token, api=provider.url)
        await other.bot.raw_updates(None, seconds=0, kinds=())
        await other.close()
        await desk.has_polled(2)

    assert desk.faults.empty()


async def test_a_long_poll_is_ended_at_once(desk, inbox, provider):
    async with desk.running() as task:
        await provider.say(CHAT, "hello")
        await inbox.holds(1)
        await provider.all_taken()

        task.cancel()
        done, _ = await asyncio.wait([task], timeout=1)

    assert done == {task}
