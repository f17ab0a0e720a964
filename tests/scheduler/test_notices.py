"""What staff are told: together where it comes together, again where it failed, else to the next."""

from datetime import timedelta

import pytest

from handlers.alerting import Alerting
from handlers.core.changes import JoinTeam
from handlers.core.on_call import Chain, Means, Rung
from handlers.errors import ContactGone, SendLater, SendUncertain
from scheduler.alerts import AlertWorker
from scheduler.notices import TELL_LIMIT, Line, NoticeWorker
from scheduler.wake import Wake
from storage.alert_notices import UNDELIVERED
from storage.on_call import STAFF_CHAT, THE_CLINIC
from storage.staff import Member, StaffRoom
from storage.tables import alert_notices, tasks
from tests.scheduler.fakes import MINUTE, NOON, SECOND
from tests.storage.samples import CLINIC, newcomer, settled
from tests.storage.test_alerts import raised, rows

REST = timedelta(seconds=3)


class Staff:
    """A clinic with Ken (e-mail) and then a group (Telegram) on call, and the workers that tell them."""

    def __init__(self, stores, time):
        self.stores, self.time, self.told, self.faults = stores, time, [], []
        alerting = Alerting(stores.alerts, stores.on_call, lambda _: set(Means), time.now)
        self.climbing = AlertWorker(stores.alerts, alerting.climb, Wake(), time.clocks)
        self.lines = [
            NoticeWorker(stores.notices, Line(CLINIC, means, self.tell, lambda _: REST), Wake(), time.clocks)
            for means in Means
        ]

    async def open(self):
        room = StaffRoom(self.stores.database, self.stores.vault, self.stores.clinics)
        await room.add(CLINIC, Member("ken", "Ken", "ken@clinic.example", "nurse"), now_system=NOON)
        end = NOON + MINUTE
        await room.make_link(CLINIC, THE_CLINIC, "code", now_system=NOON, ends_at=end, purpose=STAFF_CHAT)
        await self.stores.uow.save(newcomer("-9"), [JoinTeam("code", "-9", NOON, NOON)])
        await self.stores.on_call.save(CLINIC, Chain((Rung("ken", 5),), minutes=10), by="", now=NOON)
        await self.works()
        self.told.clear()

    async def alarmed(self, *people):
        for person in people:
            await settled(self.stores, *raised(at=self.time.now()), address=person)

    async def tell(self, heap):
        if self.faults:
            raise self.faults.pop(0)
        self.told.append((heap[0].way.address, len(heap)))

    async def works(self, after=timedelta(0)):
        """Let everybody look once, `after` a while."""
        self.time.time += after
        for worker in (self.climbing, *self.lines):
            while await worker.run_once():
                pass


@pytest.fixture
async def staff(stores, time):
    opened = Staff(stores, time)
    await opened.open()
    yield opened
    for worker in opened.lines:
        worker.alarm.cancel()


async def test_what_comes_while_a_receiver_rests_is_told_together(staff):
    await staff.alarmed("1")
    await staff.works()
    await staff.alarmed("2", "3")
    await staff.works(SECOND)
    await staff.works(REST)

    assert staff.told == [("ken@clinic.example", 1), ("ken@clinic.example", 2)]


async def test_an_alert_climbs_by_its_time_and_begins_anew(staff):
    await staff.alarmed("1")
    for _ in range(7):
        await staff.works()
        staff.time.time += 5 * MINUTE

    assert [address for address, _ in staff.told] == ["ken@clinic.example", "-9"] * 2 + ["ken@clinic.example"]


@pytest.mark.parametrize("fault", [SendLater("busy"), SendUncertain("timeout"), KeyError("broken")])
async def test_what_failed_in_passing_is_told_again(staff, fault):
    staff.faults = [fault]
    await staff.alarmed("1")
    await staff.works()
    await staff.works(MINUTE)

    assert staff.told == [("ken@clinic.example", 1)]


async def test_whoever_cannot_be_told_gives_way_at_once(staff):
    staff.faults = [ContactGone("gone")]
    await staff.alarmed("1")
    await staff.works()
    await staff.works(REST)

    assert staff.told == [("-9", 1)]
    failed = await rows(staff.stores, alert_notices, alert_notices.c.state == "failed")
    assert [row.code for row in failed] == ["gone"]


async def away(staff, hours):
    """Let the service of Ken's mail be away for so long; return how often it was tried."""
    staff.faults = [SendLater("not-connected", free=True)] * 10_000
    for _ in range(hours * 60):
        await staff.works(MINUTE)
    tried, staff.faults = 10_000 - len(staff.faults), []
    return tried


async def test_an_alert_that_no_service_takes_is_tried_ever_more_seldom_and_told_once_it_does(staff):
    await staff.alarmed("1", "2")
    for _ in range(3):
        await away(staff, 1)
    tried = await away(staff, 2)

    assert tried <= 2 * 2 * 8
    assert len(await rows(staff.stores, alert_notices, alert_notices.c.kind == "alert")) == 2 * 2
    await staff.works(8 * MINUTE)
    assert sorted(staff.told) == [("-9", 2), ("ken@clinic.example", 2)]


async def test_who_waits_for_a_service_gives_way_after_eight_tries_and_staff_see_it(staff):
    staff.faults = [SendLater("not-connected", free=True)] * TELL_LIMIT
    await staff.alarmed("1")
    for _ in range(TELL_LIMIT):
        await staff.works(REST + MINUTE / 2)
    await staff.works(REST)

    assert ("-9", 1) in staff.told
    assert staff.time.time < NOON + 5 * MINUTE
    seen = await rows(staff.stores, tasks, tasks.c.kind == UNDELIVERED, tasks.c.closed_at.is_(None))
    assert len(seen) == 1


async def test_who_has_left_meanwhile_is_not_told_of_what_waited(staff):
    await staff.alarmed("1")
    await away(staff, 1)
    room = StaffRoom(staff.stores.database, staff.stores.vault, staff.stores.clinics)
    await room.disable(CLINIC, "ken")
    await staff.works(8 * MINUTE)

    assert staff.told == [("-9", 1)]


async def test_two_workers_tell_an_alert_once(staff):
    other = Staff(staff.stores, staff.time)
    await staff.alarmed("1")
    for one in (staff, other):
        await one.works()

    assert (staff.told, other.told) == ([("ken@clinic.example", 1)], [])


async def test_an_alert_taken_while_it_waits_is_not_told(staff):
    await staff.alarmed("1")
    await staff.climbing.run_once()
    [alert] = await rows(staff.stores, alert_notices, alert_notices.c.kind == "alert")
    await staff.stores.alerts.take(CLINIC, alert.alert_id, by="ken", now=NOON)
    await staff.works()

    assert staff.told == []
