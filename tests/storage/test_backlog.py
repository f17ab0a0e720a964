"""A week of follow-ups that nobody looked at: each gets its turn, those past their window a task."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.backlog import Backlog
from handlers.core.changes import PlanFollowUps
from handlers.core.ramp import AT_ONCE
from handlers.core.values import Purpose
from handlers.due import Due
from scheduler.clocks import Clocks
from scheduler.follow_ups import FollowUpCases, FollowUpWorker
from scheduler.wake import Wake
from storage.stores import Stores
from storage.tables import follow_ups, outbox, tasks
from tests.handlers.desk import StillClock, surroundings
from tests.storage.samples import LEASE, MINUTE, NOON, follow_up, known, settled
from tests.storage.test_check_ins import said_yes

DAY = timedelta(days=1)
WEEK = 7 * DAY


class Week:
    """A clinic whose process comes back after a week."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.clock = StillClock(NOON + WEEK)
        around = surroundings(self.clock)
        due = Due(stores.uow, around.world)
        backlog = Backlog(stores.follow_ups, lambda _: around.protocol)
        clocks = Clocks(self.clock, self.clock.now, self._sleep, lambda: 1.0)
        cases = FollowUpCases(due.start, due.give_up, backlog.spread)
        self.worker = FollowUpWorker(stores.follow_ups, cases, Wake(), clocks)

    async def _sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")

    async def patients(self, count: int, *, ends) -> None:
        agreed = [said_yes(purpose) for purpose in (Purpose.HEALTH, Purpose.MESSAGES)]
        for number in range(count):
            address = f"{ends.days}-{number}"
            case = await settled(self.stores, *agreed, address=address, zone="Europe/Berlin")
            one = follow_up(case, f"f-{address}", step="M1", zone="Europe/Berlin", window_end=NOON + ends)
            await self.stores.uow.save(await known(self.stores, address), [PlanFollowUps((one,))])

    async def work(self) -> None:
        while await self.worker.run_once():
            pass

    async def count(self, statement) -> int:
        return await self.stores.database.read(lambda conn: conn.scalar(statement))

    async def openings(self) -> int:
        return await self.count(select(func.count()).where(outbox.c.opening))

    async def missed(self) -> tuple[int, int]:
        states = select(func.count()).where(follow_ups.c.state == "missed")
        shown = select(func.count()).where(tasks.c.kind == "missed")
        return await self.count(states), await self.count(shown)


@pytest.fixture
async def week(stores: Stores) -> Week:
    return Week(stores)


async def test_a_few_are_opened_at_once_and_the_others_have_their_turn_within_hours(week: Week):
    await week.patients(AT_ONCE + 5, ends=WEEK + DAY)

    await week.work()
    at_once = await week.openings()
    week.clock.time += MINUTE
    await week.work()

    assert (at_once, await week.openings()) == (AT_ONCE, AT_ONCE + 5)


async def test_those_past_their_window_are_shown_to_a_person_at_once(week: Week):
    await week.patients(AT_ONCE + 5, ends=WEEK - DAY)

    await week.work()

    assert await week.missed() == (AT_ONCE + 5, AT_ONCE + 5)


async def test_at_night_nothing_is_opened(week: Week):
    week.clock.time = NOON + WEEK + timedelta(hours=11)
    await week.patients(AT_ONCE + 5, ends=WEEK + 2 * DAY)

    await week.work()

    assert await week.openings() == 0


async def test_what_somebody_moved_or_took_meanwhile_is_left_alone(week: Week, stores: Stores):
    await week.patients(2, ends=WEEK + DAY)
    now = week.clock.now()
    overdue = await stores.follow_ups.overdue(before=now, now=now, now_system=now)
    [taken] = await stores.follow_ups.claim(now=now, now_system=now, lease=LEASE, limit=1)
    from handlers.core.ramp import Move

    await stores.follow_ups.move([Move(one, now + DAY) for one in overdue], now_system=now)

    wanted = select(follow_ups.c.next_at).where(follow_ups.c.id == taken.follow_up.id)
    assert await week.count(wanted) == NOON


async def test_thousands_get_their_turn_in_a_moment(week: Week, stores: Stores):
    case = await settled(stores)
    many = tuple(follow_up(case, f"f-{n}", window_end=NOON + 2 * WEEK, next_at=NOON) for n in range(5_000))
    await stores.uow.save(await known(stores), [PlanFollowUps(many)])
    backlog = Backlog(stores.follow_ups, lambda _: surroundings(week.clock).protocol)

    waiting = await backlog.spread(week.clock.now(), week.clock.now())

    latest = await week.count(select(func.max(follow_ups.c.next_at)))
    assert (waiting, latest < week.clock.now() + DAY) == (5_000 - AT_ONCE, True)


async def test_attempts_are_counted_until_something_came_of_them(week: Week, stores: Stores):
    await week.patients(1, ends=2 * WEEK)
    now, counted = week.clock.now(), []
    for number in range(3):
        moment = now + number * LEASE
        [claimed] = await stores.follow_ups.claim(now=now, now_system=moment, lease=LEASE, limit=1)
        counted.append(claimed.attempts)
    await week.worker._cases.start(claimed)

    assert (counted, await week.count(select(follow_ups.c.attempts))) == ([1, 2, 3], 0)
