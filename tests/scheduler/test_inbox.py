"""The inbox worker: conversations side by side, bad rows set aside."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.errors import ConcurrentUpdate
from scheduler.inbox import InboxTiming, InboxWorker
from scheduler.wake import Wake
from tests.scheduler.fakes import SECOND, FakeInbox


def worker(inbox, take, time, **timing):
    return InboxWorker(inbox, take, Wake(), time.clocks, timing=InboxTiming(**timing))


def failing(inbox, *bad, error=RuntimeError):
    """Return a `take` that settles all rows but the bad ones."""

    async def take(row):
        if row.id in bad:
            raise error
        inbox.done(row)

    return take


async def test_a_conversation_is_worked_off_in_order_and_others_do_not_wait_for_it(time):
    inbox, seen = FakeInbox("a", "a", "b"), []

    async def take(row):
        seen.append(row.id)
        inbox.done(row)

    for _ in range(2):
        await time.finish(worker(inbox, take, time).run_once())

    assert seen == ["i0", "i2", "i1"]


async def test_different_conversations_run_side_by_side_up_to_the_bound(time):
    inbox, running, most = FakeInbox(*"abcdefgh"), set(), []

    async def take(row):
        running.add(row.id)
        most.append(len(running))
        await time.sleep(1)
        running.remove(row.id)
        inbox.done(row)

    await time.finish(worker(inbox, take, time, side_by_side=3).run_once())

    assert max(most) == 3


async def test_a_row_that_raises_comes_back_with_back_off_and_its_neighbours_go_on(time):
    inbox = FakeInbox("a", "b")

    await time.finish(worker(inbox, failing(inbox, "i0"), time).run_once())

    assert inbox.states() == ["queued", "done"]
    assert inbox.kept[0].free_at - time.now() == SECOND


async def test_a_row_that_raises_three_times_is_put_into_quarantine_and_the_next_goes_on(time):
    inbox = FakeInbox("a", "a")
    running = asyncio.create_task(worker(inbox, failing(inbox, "i0"), time).run())

    await time.pass_time(timedelta(minutes=1))
    running.cancel()

    assert inbox.states() == ["quarantined", "done"]
    assert inbox.kept[0].settled == ["RuntimeError"] * 3


@pytest.mark.parametrize("raw", [b"poison", b"receipt", b"{}", b'{"yorisoi":"fetched"}'])
async def test_only_who_may_have_sent_it_hears_that_it_could_not_be_read(time, raw):
    inbox = FakeInbox("a")
    inbox.kept[0].row = replace(inbox.kept[0].row, raw=raw)

    def is_told(row):
        return {b"poison": True, b"receipt": False}[row.raw]

    working = InboxWorker(inbox, failing(inbox, "i0"), Wake(), time.clocks, is_told=is_told)
    running = asyncio.create_task(working.run())
    await time.pass_time(timedelta(minutes=1))
    running.cancel()

    assert inbox.told == ([True] if raw in {b"poison", b"{}"} else [False])


async def test_a_row_that_took_the_process_down_three_times_is_not_run_again(time):
    inbox, seen = FakeInbox("a"), []
    for _ in range(3):
        await inbox.claim(now_system=time.now(), lease=timedelta(0), limit=1)

    await time.finish(worker(inbox, seen.append, time).run_once())

    assert (seen, inbox.states(), inbox.kept[0].settled) == ([], ["quarantined"], ["crashed"])


@pytest.mark.parametrize(("conflicts", "state"), [(1, "done"), (2, "done"), (3, "queued")])
async def test_somebody_elses_change_is_answered_by_deciding_again_at_once(time, conflicts, state):
    inbox, left = FakeInbox("a"), [ConcurrentUpdate()] * conflicts

    async def take(row):
        if left:
            raise left.pop()
        inbox.done(row)

    await time.finish(worker(inbox, take, time).run_once())

    assert (inbox.states(), inbox.kept[0].row.attempts) == ([state], 1)


async def test_a_database_that_is_down_does_not_stop_the_worker_for_good(time):
    inbox = FakeInbox("a")
    inbox.is_down = True
    running = asyncio.create_task(worker(inbox, failing(inbox), time).run())
    await time.pass_time(timedelta(minutes=10))

    inbox.is_down = False
    await time.pass_time(10 * SECOND)
    running.cancel()

    assert inbox.states() == ["done"]
    assert inbox.claims < 90


async def test_a_stopping_worker_lets_the_row_under_way_end(time):
    inbox, gate = FakeInbox("a"), asyncio.Event()

    async def take(row):
        await gate.wait()
        inbox.done(row)

    running = asyncio.create_task(worker(inbox, take, time).run())
    await time.pass_time(SECOND)
    running.cancel()
    gate.set()
    await asyncio.gather(running, return_exceptions=True)

    assert inbox.states() == ["done"]
