"""The workers while the database is away: they wait, and spend no attempt of any row."""

import asyncio
from datetime import timedelta

import pytest

from handlers.errors import ConcurrentUpdate, StorageAway
from scheduler.inbox import InboxWorker
from scheduler.loop import outlast
from scheduler.wake import Wake
from tests.scheduler.fakes import FakeInbox, Kept, inbox_row


class Failing:
    """Raises what it was given, one after the other, and then works."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


async def test_what_the_database_was_away_for_is_done_when_it_is_back(time):
    action = Failing(*[StorageAway("down")] * 5)

    assert await time.finish(outlast(action, time.clocks)) == "done"


async def test_somebody_else_s_turn_ends_the_waiting(time):
    action = Failing(*[StorageAway("down")] * 1000)
    end = time.clocks.now_system() + timedelta(seconds=60)

    with pytest.raises(StorageAway):
        await time.finish(outlast(action, time.clocks, end))


async def test_a_full_disk_is_waited_out_longer_than_a_lease(time):
    action = Failing(*[StorageAway("disk-full")] * 200)
    end = time.clocks.now_system() + timedelta(seconds=60)

    assert await time.finish(outlast(action, time.clocks, end)) == "done"


@pytest.mark.parametrize("error", [StorageAway("slow", passes=False), ConcurrentUpdate("moved on")])
async def test_what_waiting_does_not_mend_is_raised_at_once(time, error):
    action = Failing(error)

    with pytest.raises(type(error)):
        await outlast(action, time.clocks)

    assert action.calls == 1


async def test_a_row_outlasts_many_outages_with_its_first_attempt(time):
    inbox, outages = FakeInbox("a"), Failing(*[StorageAway("down")] * 8)

    async def take(row):
        await outages()
        inbox.done(row)

    worker = InboxWorker(inbox, take, Wake(), time.clocks)
    await time.finish(worker.run_once())

    assert (inbox.states(), inbox.kept[0].settled) == (["done"], [])


async def test_while_the_disk_is_full_no_further_row_is_taken(time):
    inbox, bell, is_full = FakeInbox("a"), Wake(), True

    async def take(row):
        if is_full:
            raise StorageAway("disk-full")
        inbox.done(row)

    running = asyncio.create_task(InboxWorker(inbox, take, bell, time.clocks).run())
    await time.pass_time(timedelta(seconds=5))
    inbox.kept.append(Kept(inbox_row("i1", "b")))
    bell.ring()
    await time.pass_time(timedelta(minutes=10))
    is_full = False
    await time.pass_time(timedelta(seconds=10))
    running.cancel()

    assert inbox.states() == ["done", "done"]
    assert [kept.row.attempts for kept in inbox.kept] == [1, 1]
