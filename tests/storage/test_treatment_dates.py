"""Treatment dates over real stores: several of a kind, cancelled ones, late ones, and stop everything."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers import programme
from handlers.core.case import FollowUpState
from handlers.core.changes import SavePatient
from handlers.core.course import Late, WhySkipped
from handlers.core.travel import Trip
from handlers.errors import NotFound
from handlers.programme import WhyStopped
from handlers.treatment import ANOTHER, NewDate, Treatment
from storage.stores import Stores
from tests.storage.samples import CLINIC, known, settled
from tests.storage.test_check_ins import Office

TOKYO = "Asia/Tokyo"


class Ward:
    """Staff enter dates of one patient in Berlin."""

    def __init__(self, stores: Stores) -> None:
        self.office = Office(stores)
        self.stores = stores
        self.treatment = Treatment(stores.uow, self.office.around.world)

    async def patient(self):
        return (await known(self.stores)).patient.id

    async def enter(self, local: str, kind: str = "infusion", **more: object):
        date = NewDate(kind, local, TOKYO, **more)
        return await self.treatment.enter(CLINIC, await self.patient(), date, "staff")

    async def whole(self):
        return await self.stores.uow.case_of(CLINIC, await self.patient(), full=True)

    async def states(self) -> dict[str, str]:
        return {f.step: f.state.value for f in (await self.whole()).follow_ups}


@pytest.fixture
async def ward(stores: Stores) -> Ward:
    await settled(stores, zone="Europe/Berlin")
    return Ward(stores)


async def test_a_further_infusion_has_its_own_safety_checks_and_the_months_follow_it(ward: Ward):
    await ward.enter("2027-01-10T10:00")
    await ward.enter("2027-02-10T10:00", which=ANOTHER)

    case = await ward.whole()

    assert (len(case.anchors), [f.step for f in case.follow_ups].count("I+6h")) == (2, 2)
    assert [f.local[:10] for f in case.follow_ups if f.step == "M1"] == ["2027-03-10"]


async def test_a_preview_counts_what_changes_and_saves_nothing(ward: Ward):
    await ward.enter("2027-01-10T10:00")
    before = await ward.whole()

    moved = NewDate("infusion", "2027-01-12T10:00", TOKYO)
    difference = await ward.treatment.preview(CLINIC, await ward.patient(), moved)

    assert difference.count == len(difference.moved) == 9
    assert await ward.whole() == before


async def test_a_cancelled_date_is_gone_and_with_it_what_it_asked_for(ward: Ward):
    await ward.enter("2027-01-10T10:00")
    [anchor] = (await ward.whole()).anchors

    await ward.treatment.cancel(CLINIC, await ward.patient(), anchor.id, "staff")

    assert ((await ward.whole()).anchors, set((await ward.states()).values())) == ((), {"cancelled"})


async def test_a_date_of_somebody_else_is_not_moved(ward: Ward):
    with pytest.raises(NotFound):
        await ward.enter("2027-01-10T10:00", which="another-patients")


@pytest.mark.parametrize(
    ("late", "state", "tasks"),
    [(Late.SKIP, "cancelled", []), (Late.SEND, "scheduled", []), (Late.ASK, "held", ["late-step"] * 7)],
)
async def test_nothing_of_a_date_that_is_entered_late_is_dropped_silently(ward: Ward, late, state, tasks):
    await ward.enter("2026-10-10T10:00", late=late, why=WhySkipped.SEEN)

    states = await ward.states()

    assert {states[step] for step in ("I-1", "I+6h", "I+7d", "M1")} == {state}
    assert (states["M3"], await ward.office.tasks()) == ("scheduled", tasks)


async def test_stop_everything_cancels_the_queue_and_the_plan_in_one_transaction(stores: Stores):
    office = Office(stores)
    await office.plan()
    await office.open()

    await office.decide(lambda decision: programme.stop(decision, WhyStopped.DIED, "staff"))

    assert (await office.state(), await office.openings()) == (FollowUpState.CANCELLED, ["cancelled"])


async def test_a_date_that_is_entered_during_a_pause_and_a_trip_waits_and_comes_there(ward: Ward):
    case, until = await ward.whole(), datetime(2027, 3, 1, tzinfo=UTC)
    trips = (Trip("JP", TOKYO, "2027-03-05", "2027-03-15"),)
    await ward.stores.uow.save(case, [SavePatient(replace(case.patient, trips=trips, paused_until=until))])

    await ward.enter("2027-02-10T10:00")

    plan = {f.step: f for f in (await ward.whole()).follow_ups}
    assert (await ward.whole()).patient.trips == trips
    assert (plan["I-1"].state, plan["I-1"].reason) == (FollowUpState.HELD, "paused")
    assert (plan["M1"].local, plan["M1"].zone) == ("2027-03-10T10:00", TOKYO)
    assert (plan["M3"].local, plan["M3"].zone) == ("2027-05-10T10:00", "Europe/Berlin")
