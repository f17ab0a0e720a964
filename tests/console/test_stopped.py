"""A patient for whom everything is stopped: no date is entered before staff start again."""

import pytest

from bot.console.access import Role
from handlers.core.case import FollowUpState
from tests.console.house import CLINIC
from tests.console.record import anna, treated

PAGE = "/console/patients/p1"
DATE = {"kind": "infusion", "day": "2027-03-02", "time": "09:30"}


@pytest.fixture
async def coordinator(house):
    await house.add(anna(), *treated())
    page = await house.signed_in(Role.COORDINATOR)
    await page.post(f"{PAGE}/stop", data={"why": "died"})
    return page


async def states(house):
    case = await house.uow.case_of(CLINIC, "p1", full=True)
    return {one.state for one in case.follow_ups}


@pytest.mark.parametrize("path", ["date", "date/preview"])
async def test_no_date_is_taken_while_everything_is_stopped(house, coordinator, path):
    answer = await coordinator.post(f"{PAGE}/{path}", data=DATE)

    assert answer.headers["location"] == f"{PAGE}?done=stop.first"
    assert await states(house) == {FollowUpState.CANCELLED}


async def test_the_page_says_so_and_offers_to_start_again(house, coordinator):
    shown = (await coordinator.get(PAGE)).text
    assert f"{PAGE}/start-again" in shown
    assert f"{PAGE}/date/preview" not in shown

    await coordinator.post(f"{PAGE}/start-again")

    assert FollowUpState.SCHEDULED in await states(house)
    assert f"{PAGE}/date/preview" in (await coordinator.get(PAGE)).text
