"""The follow-up worker: what is due is started, one bad one stops no other."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from handlers.errors import ConcurrentUpdate
from scheduler.follow_ups import FollowUpCases, FollowUpWorker
from scheduler.wake import Wake
from tests.scheduler.fake_work import FakeFollowUps
from tests.scheduler.fakes import MINUTE, NOON, SECOND


class Cases:
    """Starts all but the bad ones and remembers."""

    def __init__(self, follow_ups, *bad, error=RuntimeError):
        self._follow_ups = follow_ups
        self.bad = list(bad)
        self._error = error
        self.started = []
        self.given_up = []
        self.cases = FollowUpCases(self._start, self._give_up)

    async def _start(self, claimed):
        if claimed.follow_up.id in self.bad:
            raise self._error
        self.started.append(claimed.follow_up.id)
        self._follow_ups.done(claimed)

    async def _give_up(self, claimed):
        self.given_up.append(claimed.follow_up.id)
        self._follow_ups.done(claimed)


def worker(follow_ups, cases, time):
    return FollowUpWorker(follow_ups, cases.cases, Wake(), time.clocks)


async def test_all_that_is_due_is_started(time):
    follow_ups = FakeFollowUps("f1", "f2")
    cases = Cases(follow_ups)

    started = await time.finish(worker(follow_ups, cases, time).run_once())

    assert (started, cases.started) == (2, ["f1", "f2"])


async def test_one_bad_follow_up_stops_no_other(time):
    follow_ups = FakeFollowUps("f1", "f2")
    cases = Cases(follow_ups, "f1")

    await time.finish(worker(follow_ups, cases, time).run_once())

    assert cases.started == ["f2"]


async def test_a_follow_up_that_always_fails_is_shown_to_a_person(time):
    follow_ups = FakeFollowUps("f1")
    cases = Cases(follow_ups, "f1")
    work = worker(follow_ups, cases, time)

    for _ in range(3):
        await time.finish(work.run_once())
        await time.pass_time(2 * MINUTE)

    assert (cases.started, cases.given_up) == ([], ["f1"])


async def test_a_follow_up_that_took_the_process_down_three_times_is_shown_to_a_person_untried(time):
    follow_ups = FakeFollowUps("f1")
    follow_ups.kept[0].row = replace(follow_ups.kept[0].row, attempts=3)
    cases = Cases(follow_ups)

    await time.finish(worker(follow_ups, cases, time).run_once())

    assert (cases.started, cases.given_up) == ([], ["f1"])


async def test_a_follow_up_whose_case_moved_on_is_decided_again(time):
    follow_ups = FakeFollowUps("f1")
    cases = Cases(follow_ups, "f1", error=ConcurrentUpdate)
    work = asyncio.create_task(worker(follow_ups, cases, time).run_once())

    await time.finish(work)

    assert (cases.started, cases.given_up) == ([], [])


async def test_a_follow_up_is_started_when_it_is_due_without_a_tick(time):
    follow_ups = FakeFollowUps("f1")
    follow_ups.kept[0].free_at = NOON + timedelta(days=30)
    cases = Cases(follow_ups)
    running = asyncio.create_task(worker(follow_ups, cases, time).run())

    await time.pass_time(timedelta(days=30) - SECOND)
    before = list(cases.started)
    await time.pass_time(SECOND)
    running.cancel()

    assert (before, cases.started) == ([], ["f1"])


async def catches_up(time, *pauses):
    """Return how often a worker asks for what is overdue when it looks at once and after each pause."""
    asked = []

    async def catch_up(now, now_system):
        asked.append(now)
        return 0

    follow_ups = FakeFollowUps("f1")
    cases = replace(Cases(follow_ups).cases, catch_up=catch_up)
    work = FollowUpWorker(follow_ups, cases, Wake(), time.clocks)
    await time.finish(work.run_once())
    for pause in pauses:
        await time.pass_time(pause)
        await time.finish(work.run_once())
    return len(asked)


async def test_a_process_that_starts_asks_for_what_is_long_overdue(time):
    assert await catches_up(time) == 1


async def test_one_that_looks_every_minute_does_not_ask_again(time):
    assert await catches_up(time, *[MINUTE] * 90) == 1


async def test_one_that_could_not_look_for_hours_asks_again(time):
    assert await catches_up(time, 3 * 60 * MINUTE) == 2


async def test_the_days_places_are_given_out_before_anything_is_claimed_once_a_second(time):
    follow_ups, asked = FakeFollowUps("f1"), []

    async def ration(now, now_system):
        asked.append([kept.state for kept in follow_ups.kept])
        return 0

    cases = Cases(follow_ups)
    cases.cases = replace(cases.cases, ration=ration)
    working = worker(follow_ups, cases, time)
    for wait in (0 * SECOND, 0 * SECOND, SECOND):
        await time.pass_time(wait)
        await time.finish(working.run_once())

    assert asked == [["queued"], ["done"]]
