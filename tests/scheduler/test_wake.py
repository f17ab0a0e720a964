"""Bells, the tick and the chores."""

import asyncio
from datetime import timedelta

from scheduler.housekeeping import Chore, Housekeeping
from scheduler.ticker import Ticker
from scheduler.wake import Alarm, Seldom, Wake
from tests.scheduler.fakes import MINUTE, NOON, SECOND


async def test_a_ring_before_the_wait_is_not_lost(time):
    bell = Wake()
    bell.ring()

    await time.finish(bell.wait(NOON + MINUTE, time))

    assert time.now() == NOON


async def test_a_wait_ends_at_its_moment(time):
    await time.finish(Wake().wait(NOON + MINUTE, time))

    assert time.now() == NOON + MINUTE


async def test_a_ring_ends_a_wait(time):
    bell = Wake()
    waiting = asyncio.create_task(bell.wait(NOON + MINUTE, time))
    await time.pass_time(SECOND)

    bell.ring()
    await time.finish(waiting)

    assert time.now() == NOON + SECOND


async def test_a_hushed_bell_has_to_be_rung_again(time):
    bell = Wake()
    bell.ring()
    bell.hush()

    await time.finish(bell.wait(NOON + MINUTE, time))

    assert time.now() == NOON + MINUTE


async def test_an_alarm_rings_after_its_time(time):
    bell = Wake()
    Alarm(bell, time.sleep).set(MINUTE)

    await time.finish(bell.wait(None, time))

    assert time.now() == NOON + MINUTE


async def test_what_is_asked_often_rings_once_in_a_while(time):
    rung = []
    seldom = Seldom(lambda: rung.append(time.now()), SECOND, time.sleep)
    for _ in range(3):
        for _ in range(5):
            seldom.ask()
        await time.pass_time(SECOND)

    assert rung == [NOON + SECOND, NOON + 2 * SECOND, NOON + 3 * SECOND]


async def test_the_tick_rings_every_bell(time):
    bells = [Wake(), Wake()]

    await Ticker(bells, SECOND).tick()

    for bell in bells:
        await time.finish(bell.wait(None, time))


async def test_the_ticker_stores_nothing_and_never_drops_a_late_tick():
    ticker = Ticker([], timedelta(hours=1))
    ticker.start()
    [job] = ticker._scheduler.get_jobs()
    ticker.stop()

    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


async def test_chores_run_at_the_start_and_at_their_interval_and_one_that_fails_stops_no_other(time):
    ran = []

    async def broken():
        raise RuntimeError

    async def note():
        ran.append((time.now() - NOON) / MINUTE)

    chores = [Chore("broken", MINUTE, broken), Chore("note", 10 * MINUTE, note)]
    running = asyncio.create_task(Housekeeping(chores, time.clocks).run())
    await time.pass_time(25 * MINUTE)
    running.cancel()

    assert ran == [0, 10, 20]
