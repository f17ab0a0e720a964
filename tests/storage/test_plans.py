"""Dates and check-ins come back as they were planned."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import (
    Anchor,
    FollowUpState,
)
from handlers.core.changes import (
    PlanFollowUps,
    SaveFollowUp,
    SetAnchor,
)
from handlers.errors import ConcurrentUpdate
from storage.stores import Stores
from tests.storage.samples import (
    MINUTE,
    NOON,
    follow_up,
    known,
    settled,
)

LATER = NOON + MINUTE


async def test_follow_ups_and_dates_come_back_as_they_were_planned(stores: Stores):
    case = await settled(stores)
    anchor = Anchor("a-1", case.patient.id, "infusion", "2026-11-24T10:00", "Asia/Tokyo", "iv")
    planned = (follow_up(case, "f-1"), follow_up(case, "f-2", due_at=LATER))

    await stores.uow.save(case, [SetAnchor(anchor, NOON, "staff"), PlanFollowUps(planned)])

    found = await known(stores)
    assert (found.anchors, found.follow_ups) == ((anchor,), planned)


async def test_a_date_is_moved_not_doubled(stores: Stores):
    case = await settled(stores)
    anchor = Anchor("a-1", case.patient.id, "infusion", "2026-11-24T10:00", "Asia/Tokyo", "iv")
    await stores.uow.save(case, [SetAnchor(anchor, NOON, "staff")])
    moved = replace(anchor, local="2026-12-01T10:00")

    await stores.uow.save(await known(stores), [SetAnchor(moved, LATER, "staff")])

    assert (await known(stores)).anchors == (moved,)


async def test_planning_again_adds_nothing(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case),))])
    again = replace(follow_up(case, "f-9"), step="step-f-1")

    await stores.uow.save(await known(stores), [PlanFollowUps((again,))])

    assert [found.id for found in (await known(stores)).follow_ups] == ["f-1"]


async def test_a_finished_follow_up_leaves_the_case(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case),))])
    done = follow_up(case, state=FollowUpState.COMPLETED)

    await stores.uow.save(await known(stores), [SaveFollowUp(done)])

    assert (await known(stores)).follow_ups == ()
    assert await stores.follow_ups.next_due() is None


async def test_follow_ups_whose_time_has_come_are_given_out_oldest_first(stores: Stores):
    for name, at in (("f-1", NOON), ("f-2", NOON - MINUTE), ("f-3", LATER)):
        case = await settled(stores, address=name)
        await stores.uow.save(case, [PlanFollowUps((follow_up(case, name, next_at=at),))])
    times = {"now_system": NOON, "lease": MINUTE, "limit": 10}

    taken = await stores.follow_ups.claim(now=NOON, **times)
    again = await stores.follow_ups.claim(now=NOON, **times)

    assert ([claimed.follow_up.id for claimed in taken], again) == (["f-2", "f-1"], [])


async def test_a_follow_up_whose_lease_was_lost_is_not_saved(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case),))])
    claim = {"lease": MINUTE, "limit": 10, "now": NOON}
    [stale] = await stores.follow_ups.claim(now_system=NOON, **claim)
    [fresh] = await stores.follow_ups.claim(now_system=LATER, **claim)
    done = replace(stale.follow_up, state=FollowUpState.IN_PROGRESS, next_at=NOON + timedelta(days=1))

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(await known(stores), [SaveFollowUp(done, stale.fence)])
    await stores.uow.save(await known(stores), [SaveFollowUp(done, fresh.fence)])

    assert (await known(stores)).follow_ups == (done,)


async def test_a_follow_up_given_back_by_whoever_stops_is_free_at_once_and_costs_no_try(stores: Stores):
    case = await settled(stores)
    await stores.uow.save(case, [PlanFollowUps((follow_up(case, "f-1", next_at=NOON),))])
    times = {"now": NOON, "now_system": NOON, "lease": MINUTE, "limit": 10}
    [claimed] = await stores.follow_ups.claim(**times)

    assert await stores.follow_ups.give_back(claimed)

    [again] = await stores.follow_ups.claim(**times)
    assert (again.attempts, again.fence) == (1, 2)
    assert not await stores.follow_ups.give_back(claimed)


async def test_a_follow_up_that_was_saved_has_nothing_to_give_back(stores: Stores):
    case = await settled(stores)
    planned = follow_up(case, "f-1", next_at=NOON)
    await stores.uow.save(case, [PlanFollowUps((planned,))])
    [claimed] = await stores.follow_ups.claim(now=NOON, now_system=NOON, lease=MINUTE, limit=10)
    await stores.uow.save(await known(stores), [SaveFollowUp(planned, fence=claimed.fence)])

    assert not await stores.follow_ups.give_back(claimed)
