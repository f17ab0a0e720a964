"""A link to each summary in the group of the clinic's staff, over the fake Telegram, on each database."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from bot.console.access import Role
from bot.staff_chats import GROUP, ChatLine
from bot.summaries.group import CHAT, StaffGroup
from handlers.core.changes import JoinTeam, MoveTeam
from handlers.core.values import ChannelKind
from handlers.ports import Way
from scheduler.account import Account
from scheduler.clocks import Clocks
from storage.on_call import STAFF_CHAT, THE_CLINIC, OnCallRoom
from storage.staff_chats import StaffChats
from tests.console.house import CLINIC, ORIGIN
from tests.console.samples import NOW
from tests.console.test_pages import words_of
from tests.fakes.conftest import ledger_file, provider, running  # noqa: F401  fixtures
from tests.storage.samples import newcomer
from tests.summaries.test_delivery import P1, Post

OLD, NEW = -4001, -1001234567890
HOURS = timedelta(hours=2)
PAGE = "/console/delivery"


class Group:
    """A clinic whose group is linked and chosen, over the fake Telegram."""

    def __init__(self, house, telegram, channel):
        self.house, self.provider, self.slept, self.holds_it = house, telegram, [], True
        place = (house.database, house.vault, house.clinics)
        self.room, self.chats = OnCallRoom(*place), StaffChats(*place)
        clocks = Clocks(house.clocks, lambda: house.clocks.system, self.sleep, lambda: 1.0)
        self.line = ChatLine(Account(CLINIC, ChannelKind.TELEGRAM, "main", channel), self.chats, clocks)
        self.post = Post(house, group=StaffGroup(self.line), holds=self.holds)

    async def holds(self):
        return self.holds_it

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.house.clocks.system += timedelta(seconds=seconds)

    async def open(self):
        """Link the group, choose it and owe a summary."""
        for chat in (OLD, NEW):
            await self.provider.say(chat, "hello", kind="supergroup")
        times = {"now_system": NOW, "ends_at": NOW + HOURS}
        await self.house.staff.make_link(CLINIC, THE_CLINIC, "code", purpose=STAFF_CHAT, **times)
        await self.house.uow.save(newcomer(str(OLD)), [JoinTeam("code", str(OLD), NOW, NOW)])
        [self.chat] = await self.room.chats(CLINIC)
        await self.post.owe(Way.TELEGRAM, **{CHAT: self.chat.id})

    async def sent(self):
        return await self.provider.ledger(method="sendMessage")


@asynccontextmanager
async def opened(house, telegram):
    connection = Connection(telegram.token, api=telegram.url, seconds=5)
    made = Group(house, telegram, TelegramChannel(connection))
    await made.open()
    yield made
    await connection.close()


@pytest.fixture
async def group(house, provider):  # noqa: F811  the fixture
    async with opened(house, provider) as made:
        yield made


@pytest.fixture
async def group_on_each(house_on_each, provider):  # noqa: F811  the fixture
    async with opened(house_on_each, provider) as made:
        yield made


async def test_the_group_gets_a_link_without_a_word_about_anybody_and_its_receipt_is_kept(group_on_each):
    group = group_on_each
    view = await group.post.work()

    [call] = await group.sent()
    assert (view.state, view.receipt) == ("delivered", f"message {call['message_id']}")
    text = call["body"]["text"]
    assert (int(call["recipient"]), text.splitlines()[-1]) == (OLD, f"{ORIGIN}/console/patients/p1/summary")
    assert "Rossi" not in text
    assert "Anna" not in text


FAILED = [("403", "kick", "was removed from the group"), ("no-group", "unlink", "is not linked any more")]


@pytest.mark.parametrize(("code", "act", "words"), FAILED)
async def test_a_group_that_is_closed_to_us_is_seen_at_the_page_and_becomes_a_task(
    group_on_each, code, act, words
):
    group = group_on_each
    if act == "kick":
        await group.provider.block(OLD)
    else:
        await group.room.unlink(CLINIC, group.chat.id, now=NOW)

    view = await group.post.work()

    record = await group.house.views.record(CLINIC, P1)
    assert (view.state, view.code) == ("failed", code)
    assert "summary-undelivered" in {task.kind for task in record.tasks}
    chief = await group.house.signed_in(Role.ADMINISTRATOR)
    assert words in words_of(await chief.get(PAGE))


async def test_a_group_that_became_a_supergroup_is_followed(group_on_each):
    group = group_on_each
    await group.provider.faults("400:migrated", method="sendMessage")

    view = await group.post.work()
    await group.post.store.again(CLINIC, P1, now=NOW)
    await group.post.work()

    assert [int(call["recipient"]) for call in await group.sent()] == [OLD, NEW, NEW]
    assert (view.state, await group.chats.address(CLINIC, group.chat.id)) == ("delivered", str(NEW))


async def test_a_group_that_says_itself_where_it_moved_is_followed_before_anything_is_sent(group_on_each):
    group = group_on_each
    moved = MoveTeam(str(OLD), str(NEW), NOW)

    for _ in range(2):
        await group.house.uow.save(newcomer(str(OLD)), [moved])
    await group.post.work()

    assert [int(call["recipient"]) for call in await group.sent()] == [NEW]


async def test_a_group_linked_anew_by_hand_is_not_linked_twice(group):
    times = {"now_system": NOW, "ends_at": NOW + HOURS}
    await group.house.staff.make_link(CLINIC, THE_CLINIC, "again", purpose=STAFF_CHAT, **times)
    await group.house.uow.save(newcomer(str(NEW)), [JoinTeam("again", str(NEW), NOW, NOW)])

    await group.chats.move(CLINIC, str(OLD), str(NEW), now=NOW)

    [left] = await group.room.chats(CLINIC)
    assert await group.chats.address(CLINIC, left.id) == str(NEW)
    assert await group.chats.address(CLINIC, group.chat.id) == ""


PASSING = [
    ("500", "service", 1),
    ("reset", "no-answer", 1),
    ("429:7", "429", 0),
    ("401:Unauthorized", "401", 0),
]


@pytest.mark.parametrize(("fault", "code", "counted"), PASSING)
async def test_what_telegram_can_not_take_now_is_told_again(group, fault, code, counted):
    await group.provider.faults(fault, method="sendMessage")

    first, last = [await group.post.work(after=HOURS) for _ in range(2)]

    assert (first.state, first.code, first.attempts) == ("owed", code, counted)
    assert (last.state, len(await group.sent())) == ("delivered", 2)


async def test_only_the_process_that_holds_the_bot_writes_there(group):
    group.holds_it = False

    view = await group.post.work()

    assert (view.state, view.attempts, await group.sent()) == ("owed", 0, [])


async def test_summaries_leave_the_group_a_rest_in_which_alerts_go_first(group):
    await group.post.work()
    await group.post.store.again(CLINIC, P1, now=NOW)

    await group.post.work()

    assert group.slept == [2 * GROUP.total_seconds()]


async def test_only_a_linked_group_can_be_chosen(group):
    chief = await group.house.signed_in(Role.ADMINISTRATOR)

    refused = await chief.post(f"{PAGE}/telegram", data={CHAT: "another", "on": "yes"})
    await chief.post(f"{PAGE}/telegram", data={CHAT: group.chat.id, "on": "yes"})

    assert (refused.status_code, "Choose a group" in refused.text) == (400, True)
    assert await group.post.store.ways(CLINIC) == {Way.TELEGRAM: {CHAT: group.chat.id}}
