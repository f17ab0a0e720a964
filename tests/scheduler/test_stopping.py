"""A process that stops in good order: what it has in hand is free at once, and costs no try."""

import asyncio
from datetime import timedelta

import pytest

from handlers.errors import StorageAway
from scheduler.fetches import FetchTiming, FetchWorker
from scheduler.follow_ups import FollowUpCases, FollowUpWorker
from scheduler.inbox import InboxWorker
from scheduler.outbox import Account, SendCases, Sender
from scheduler.wake import Wake
from tests.scheduler.fake_work import FakeFetches, FakeFollowUps, pending
from tests.scheduler.fakes import CLINIC, SECOND, ChannelKind, FakeChannel, FakeInbox, FakeOutbox, outbox_row


async def hang(*_, **__):
    await asyncio.Event().wait()


class SlowFile:
    """A channel whose files never come."""

    async def fetch(self, ref, *, limit_bytes):
        yield b"one"
        await hang()


def inbox_worker(time):
    inbox = FakeInbox("a")
    return inbox, InboxWorker(inbox, hang, Wake(), time.clocks)


def follow_up_worker(time):
    follow_ups = FakeFollowUps("f1")
    return follow_ups, FollowUpWorker(follow_ups, FollowUpCases(hang, hang), Wake(), time.clocks)


def fetch_worker(time):
    fetches = FakeFetches(pending())
    timing = FetchTiming(limit_bytes=1000)
    return fetches, FetchWorker(fetches, lambda _: SlowFile(), Wake(), time.clocks, timing)


WORKERS = pytest.mark.parametrize("made", [inbox_worker, follow_up_worker, fetch_worker])


async def stopped(running):
    running.cancel()
    return await asyncio.gather(running, return_exceptions=True)


def late(port, *, away=False):
    """Let the claims of a port take until the returned event is set; then they may fail."""
    claim, answered = port.claim, asyncio.Event()

    async def slow(*place, **asked):
        rows = await claim(*place, **asked)
        await answered.wait()
        if away:
            raise StorageAway("connection")
        return rows

    port.claim = slow
    return answered


@WORKERS
async def test_work_that_does_not_end_in_time_is_free_at_once_and_costs_no_try(time, made):
    port, worker = made(time)
    worker.grace = timedelta(0)
    running = asyncio.create_task(worker.run())
    await time.pass_time(SECOND)

    await stopped(running)

    [kept] = port.kept
    assert (kept.settled, kept.row.attempts, kept.is_free(time.now())) == (["stopping"], 0, True)


@WORKERS
async def test_what_a_claim_brings_after_the_stop_is_free_at_once(time, made):
    port, worker = made(time)
    answered = late(port)
    running = asyncio.create_task(worker.run())
    await time.pass_time(SECOND)
    running.cancel()
    answered.set()

    [end] = await stopped(running)

    [kept] = port.kept
    assert isinstance(end, asyncio.CancelledError)
    assert (kept.row.attempts, kept.is_free(time.now())) == (0, True)


@WORKERS
async def test_a_claim_that_fails_after_the_stop_does_not_keep_a_worker_alive(time, made):
    port, worker = made(time)
    answered = late(port, away=True)
    running = asyncio.create_task(worker.run())
    await time.pass_time(SECOND)
    running.cancel()
    answered.set()

    [end] = await stopped(running)

    assert isinstance(end, asyncio.CancelledError)


async def test_a_claim_that_fails_after_the_stop_does_not_keep_a_sender_alive(time):
    outbox = FakeOutbox(outbox_row())
    account = Account(CLINIC, ChannelKind.TELEGRAM, "main", FakeChannel(time))
    running = asyncio.create_task(Sender(account, outbox, SendCases(hang, hang), Wake(), time.clocks).run())
    answered = late(outbox, away=True)
    await time.pass_time(SECOND)
    running.cancel()
    answered.set()

    [end] = await stopped(running)

    assert isinstance(end, asyncio.CancelledError)
