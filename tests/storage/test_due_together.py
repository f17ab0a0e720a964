"""Many check-ins of one patient that are due at once, as after an outage or a jump of the demo's clock."""

from dataclasses import replace
from datetime import timedelta

from handlers.core.case import FollowUpState
from handlers.core.changes import PlanFollowUps, SaveFollowUp
from scheduler.follow_ups import FollowUpCases, FollowUpWorker
from scheduler.wake import Wake
from storage.stores import Stores
from tests.scheduler.fakes import FakeTime
from tests.storage.samples import CLINIC, MINUTE, NOON, follow_up, settled

MANY = 12


class Cases:
    """Starts a check-in as the product does: reads the case, decides, saves under its version."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.started: list[str] = []
        self.given_up: list[str] = []

    async def start(self, claimed) -> None:
        case = await self.stores.uow.case_of(CLINIC, claimed.follow_up.patient)
        done = replace(claimed.follow_up, state=FollowUpState.MISSED, next_at=None)
        await self.stores.uow.save(case, [SaveFollowUp(done, claimed.fence)])
        self.started.append(claimed.follow_up.id)

    async def give_up(self, claimed) -> None:
        self.given_up.append(claimed.follow_up.id)


async def test_they_are_started_one_after_the_other_in_the_order_in_which_they_were_planned(stores: Stores):
    case = await settled(stores)
    planned = [follow_up(case, f"f-{n:02}", next_at=NOON - n * MINUTE) for n in range(MANY)]
    await stores.uow.save(case, [PlanFollowUps(tuple(planned))])
    cases, time = Cases(stores), FakeTime()
    time.time = NOON
    worker = FollowUpWorker(stores.follow_ups, FollowUpCases(cases.start, cases.give_up), Wake(), time.clocks)

    rounds = [await worker.run_once() for _ in range(MANY + 1)]

    assert rounds == [1] * MANY + [0]
    assert (cases.started, cases.given_up) == ([f"f-{n:02}" for n in reversed(range(MANY))], [])


async def test_two_patients_do_not_wait_for_one_another(stores: Stores):
    for address in ("a", "b"):
        case = await settled(stores, address=address)
        some = [follow_up(case, f"{address}-{n}", next_at=NOON - n * MINUTE) for n in range(3)]
        await stores.uow.save(case, [PlanFollowUps(tuple(some))])
    times = {"now": NOON, "lease": MINUTE, "limit": 10}

    taken = await stores.follow_ups.claim(now_system=NOON, **times)

    assert {claimed.follow_up.id for claimed in taken} == {"a-2", "b-2"}
    assert await stores.follow_ups.claim(now_system=NOON, **times) == []
    again = await stores.follow_ups.claim(now_system=NOON + timedelta(minutes=2), **times)
    assert {claimed.follow_up.id for claimed in again} == {"a-2", "b-2"}
