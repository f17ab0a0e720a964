"""Every page that shows patients is written down when it is opened: from the route table, not from a list."""

import pytest
from sqlalchemy import func, select

from bot.console.access import Role
from bot.console.counting import Counting
from bot.console.routes import console_routes
from storage.tables import audit
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW
from tests.console.test_pages import PAGE

NOT_OF_PATIENTS = {
    "/console/sign-in",
    "/console/enter/{token}",
    "/console/static/{path:path}",
    "/console/oidc/back",
}
"""What is opened without being signed in."""

TELLS_NOTHING = {"/console/alerts/bar", "/console/work/events"}
"""A bar that is empty while there is no alert, and a stream of bells without a word."""

ASKED_AGAIN = {"/console/work/list", "/console/patients/{patient}/talk/live"}
"""What open pages ask for by themselves is one line an hour: test_handing_out.py."""


async def acts(house):
    return await house.database.read(lambda conn: conn.scalar(select(func.count()).select_from(audit)))


async def unnoted(house, browser, path, event):
    before = await acts(house)
    answer = await browser.get(
        path.format(patient=anna().id, document="d1", alert="none", event=event, number=0)
    )
    return answer.status_code == 200 and await acts(house) == before


async def test_no_page_is_opened_without_a_line_in_the_record_of_acts(house):
    house.demo, house.public_url = True, "http://localhost:8000"
    await house.add(anna(), *intake())
    event = await house.console().events.open(CLINIC, anna().id, now=NOW)
    paths = {route.path for route in console_routes(house.console()).routes if "GET" in route.methods}
    browser = await house.signed_in(Role.ADMINISTRATOR)

    asked = sorted(paths - NOT_OF_PATIENTS - TELLS_NOTHING - ASKED_AGAIN)
    silent = [path for path in asked if await unnoted(house, browser, path, event)]

    assert silent == []


@pytest.mark.parametrize("path", [PAGE, "/console/"])
async def test_opening_a_page_is_one_line(house, path):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.DOCTOR)
    before = await acts(house)

    await browser.get(path)

    assert await acts(house) == before + 1


async def test_a_page_that_asks_again_until_a_count_is_done_is_no_line(house, monkeypatch):
    browser = await house.signed_in(Role.DOCTOR)
    before = await acts(house)

    async def under_way(_):
        return None

    monkeypatch.setattr(Counting, "look", under_way)
    assert "http-equiv" in (await browser.get("/console/cohort")).text
    assert await acts(house) == before
