"""More people are due on WhatsApp than may be written to in a day: whose window ends first goes first."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.core.changes import AddPatient, PlanFollowUps
from handlers.core.values import ChannelKind, ContactPoint, Purpose
from handlers.due import Due
from handlers.rationing import Rationing
from scheduler.clocks import Clocks
from scheduler.follow_ups import FollowUpCases, FollowUpWorker
from scheduler.wake import Wake
from storage.daily_people import DailyPeople
from storage.first_contacts import FirstContacts
from storage.stores import Stores
from storage.tables import outbox
from tests.handlers.desk import StillClock, surroundings
from tests.storage.samples import CLINIC, NOON, follow_up, newcomer
from tests.storage.test_check_ins import said_yes
from tests.storage.test_daily_people import PLACE, people

__all__ = ["people"]
DAY = timedelta(days=1)
LIMIT = 10
USABLE = 9


class Days:
    """A clinic on WhatsApp whose account may write to ten people first a day."""

    def __init__(self, stores: Stores, people: DailyPeople) -> None:
        self.stores, self.people = stores, people
        self.clock = StillClock(NOON)
        around = surroundings(self.clock)
        due = Due(stores.uow, around.world)
        clocks = Clocks(self.clock, self.clock.now, self._sleep, lambda: 1.0)
        ration = Rationing(stores.follow_ups, self._demand, lambda: around.protocol).spread
        cases = FollowUpCases(due.start, due.give_up, ration=ration)
        self.worker = FollowUpWorker(stores.follow_ups, cases, Wake(), clocks)
        self.opened: list[str] = []

    async def _sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")

    async def _demand(self, now, now_system):
        return await FirstContacts(self.stores.database).demand(*PLACE, now=now, now_system=now_system)

    async def patients(self, count: int) -> None:
        """Let so many be due at noon; who comes in last has the window that ends first."""
        agreed = [said_yes(purpose) for purpose in (Purpose.HEALTH, Purpose.MESSAGES)]
        for n in range(count):
            case = newcomer(f"1202555{n:04}", ChannelKind.WHATSAPP, zone="UTC")
            ends = NOON + 30 * DAY - n * timedelta(hours=1)
            one = follow_up(case, f"f-{n:02}", step="M1", anchor=f"a-{n}", zone="UTC", window_end=ends)
            await self.stores.uow.save(
                case, [AddPatient(case.patient, case.contact), *agreed, PlanFollowUps((one,))]
            )

    async def work(self) -> list[str]:
        """Open what is due and send it; return whose opening left."""
        while await self.worker.run_once():
            pass
        rows = await self.stores.database.read(lambda conn: conn.execute(_QUEUED).all())
        for row in rows:
            point = ContactPoint(ChannelKind.WHATSAPP, "main", f"1202555{int(row.follow_up_id[2:]):04}")
            assert await self.people.take(CLINIC, point, now=self.clock.now()) is None
        await self.stores.database.write(lambda conn: conn.execute(_SEND))
        return sorted(row.follow_up_id for row in rows)


_QUEUED = select(outbox.c.follow_up_id).where(outbox.c.state == "queued", outbox.c.opening)
_SEND = update(outbox).values(state="sent")


@pytest.fixture
async def days(stores: Stores, people: DailyPeople) -> Days:
    await people.set_limit(*PLACE, LIMIT, now=NOON - DAY)
    return Days(stores, people)


async def test_nobody_beyond_the_limit_is_opened_and_the_soonest_end_goes_first(days):
    await days.patients(2 * USABLE + 2)

    first = await days.work()
    days.clock.time += DAY
    second = await days.work()
    days.clock.time += DAY
    third = await days.work()

    assert [len(first), len(second), len(third)] == [USABLE, USABLE, 2]
    assert min(first) > max(second) > max(third)


async def test_while_there_is_room_nobody_waits(days):
    await days.patients(USABLE)

    assert len(await days.work()) == USABLE
