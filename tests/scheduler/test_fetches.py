"""The fetch worker: files are streamed in, retried, and end as refused."""

import asyncio
from datetime import timedelta

import pytest

from handlers.errors import FetchHeld, FetchLater, FetchRefused, StorageAway
from scheduler.fetches import FetchTiming, FetchWorker
from scheduler.wake import Wake
from tests.scheduler.fake_work import FakeFetches, pending
from tests.scheduler.fakes import MINUTE, SECOND, FakeChannel


def worker(fetches, channel, time, *told):
    timing = FetchTiming(limit_bytes=1000)
    return FetchWorker(fetches, lambda _: channel, Wake(), time.clocks, timing, *told)


async def test_a_waiting_file_is_streamed_into_the_store(time):
    fetches = FakeFetches(pending())

    await time.finish(worker(fetches, FakeChannel(time), time).run_once())

    assert fetches.content == {"d1": b"onetwo"}


@pytest.mark.parametrize(
    ("fault", "wait"), [(FetchLater("500"), 5 * SECOND), (FetchLater("429", after=MINUTE), MINUTE)]
)
async def test_a_passing_fault_is_tried_again_later(time, fault, wait):
    fetches = FakeFetches(pending())

    await time.finish(worker(fetches, FakeChannel(time, fault), time).run_once())

    assert (fetches.kept[0].state, fetches.kept[0].free_at - time.now()) == ("queued", wait)


async def test_a_file_that_comes_at_the_second_try_is_stored_without_a_tick(time):
    fetches = FakeFetches(pending())
    running = asyncio.create_task(worker(fetches, FakeChannel(time, FetchLater("500")), time).run())

    await time.pass_time(MINUTE)
    running.cancel()

    assert fetches.content == {"d1": b"onetwo"}


@pytest.mark.parametrize("fault", [FetchLater("500"), RuntimeError("words")])
async def test_a_file_that_never_comes_ends_as_refused_after_five_tries(time, fault):
    fetches = FakeFetches(pending())
    running = asyncio.create_task(worker(fetches, FakeChannel(time, *[fault] * 9), time).run())

    await time.pass_time(timedelta(hours=1))
    running.cancel()

    assert (fetches.kept[0].state, len(fetches.kept[0].settled)) == ("refused", 5)


@pytest.mark.parametrize(
    ("row", "faults", "code"),
    [
        (pending(), [FetchRefused("gone")], "gone"),
        (pending(size=1001), [], "too-large"),
        (pending(name="brain.exe"), [], "wrong-kind"),
    ],
)
async def test_a_file_that_will_never_be_taken_is_refused_at_once(time, row, faults, code):
    fetches = FakeFetches(row)

    await time.finish(worker(fetches, FakeChannel(time, *faults), time).run_once())

    assert (fetches.kept[0].state, fetches.kept[0].settled) == ("refused", [code])


async def test_a_full_disk_costs_a_file_no_try(time):
    fetches = FakeFetches(pending())
    channel = FakeChannel(time, *[StorageAway("disk-full")] * 9)
    running = asyncio.create_task(worker(fetches, channel, time).run())

    await time.pass_time(60 * MINUTE)
    running.cancel()

    assert fetches.content == {"d1": b"onetwo"}
    assert fetches.kept[0].row.attempts == 1


async def test_a_slow_file_is_taken_from_nobody_while_it_comes(time):
    fetches = FakeFetches(pending())
    running = asyncio.create_task(worker(fetches, FakeChannel(time, latency=8 * MINUTE), time).run())
    await time.pass_time(5 * MINUTE)

    other = await fetches.claim(now_system=time.now(), lease=MINUTE, limit=1)
    await time.pass_time(5 * MINUTE)
    running.cancel()

    assert (other, fetches.content) == ([], {"d1": b"onetwo"})


async def test_what_a_killed_process_was_bringing_in_is_free_after_a_minute(time):
    fetches = FakeFetches(pending())
    killed = worker(fetches, FakeChannel(time), time)
    await killed.claim(1)

    await time.pass_time(MINUTE + SECOND)
    await time.finish(worker(fetches, FakeChannel(time), time).run_once())

    assert fetches.content == {"d1": b"onetwo"}


async def test_a_service_that_is_away_for_hours_costs_a_file_no_try(time):
    fetches = FakeFetches(pending())
    channel = FakeChannel(time, *[FetchLater("service", free=True)] * 40)
    running = asyncio.create_task(worker(fetches, channel, time).run())

    await time.pass_time(timedelta(hours=8))
    running.cancel()

    assert (fetches.content, fetches.kept[0].row.attempts) == ({"d1": b"onetwo"}, 1)
    assert len(fetches.kept[0].settled) == 40


async def test_a_service_that_stays_away_for_days_ends_a_file_as_refused(time):
    fetches = FakeFetches(pending())
    channel = FakeChannel(time, *[FetchLater("service", free=True)] * 999)
    running = asyncio.create_task(worker(fetches, channel, time).run())

    await time.pass_time(timedelta(days=3, hours=2))
    running.cancel()

    assert (fetches.kept[0].state, fetches.kept[0].row.attempts) == ("refused", 5)


async def test_a_refused_account_holds_its_files_and_tells_an_operator_until_it_works(time):
    fetches, told = FakeFetches(pending(), pending("d2")), []
    channel = FakeChannel(time, *[FetchHeld("401")] * 9)

    async def tell(_fetch, code):
        told.append((code, time.now()))

    running = asyncio.create_task(worker(fetches, channel, time, tell).run())
    await time.pass_time(timedelta(hours=1))
    running.cancel()

    assert [code for code, _ in told] == ["401", ""]
    assert told[1][1] - told[0][1] >= 7 * 5 * MINUTE  # after the first moment, one try in five minutes
    assert [kept.row.attempts for kept in fetches.kept] == [1, 1]
    assert len(fetches.content) == 2


async def test_a_time_that_the_service_names_is_waited_by_all_files_of_the_account(time):
    fetches = FakeFetches(pending(), pending("d2"))
    channel = FakeChannel(time, FetchLater("429", after=MINUTE, free=True))
    timing = FetchTiming(limit_bytes=1000, side_by_side=1)
    one_by_one = FetchWorker(fetches, lambda _: channel, Wake(), time.clocks, timing)

    for _ in fetches.kept:
        await time.finish(one_by_one.run_once())

    assert [kept.free_at - time.now() for kept in fetches.kept] == [MINUTE, MINUTE]
    assert [kept.row.attempts for kept in fetches.kept] == [0, 0]
