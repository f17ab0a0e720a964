"""Every page that shows patients is written down when it is opened: from the route table, not from a list."""

import pytest
from sqlalchemy import func, select

from bot.console.access import Role
from bot.console.routes import console_routes
from storage.tables import audit
from tests.console.house import anna, intake
from tests.console.test_pages import PAGE

NOT_OF_PATIENTS = {
    "/console/sign-in",
    "/console/enter/{token}",
    "/console/static/{path:path}",
}
"""What is opened without being signed in."""


async def acts(house):
    return await house.database.read(lambda conn: conn.scalar(select(func.count()).select_from(audit)))


async def unnoted(house, browser, path):
    before = await acts(house)
    answer = await browser.get(path.replace("{patient}", anna().id).replace("{document}", "d1"))
    return answer.status_code == 200 and await acts(house) == before


async def test_no_page_is_opened_without_a_line_in_the_record_of_acts(house):
    house.demo = True
    await house.add(anna(), *intake())
    paths = {route.path for route in console_routes(house.console()).routes if "GET" in route.methods}
    browser = await house.signed_in(Role.ADMINISTRATOR)

    silent = [path for path in sorted(paths - NOT_OF_PATIENTS) if await unnoted(house, browser, path)]

    assert silent == []


@pytest.mark.parametrize("path", [PAGE, "/console/"])
async def test_opening_a_page_is_one_line(house, path):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.DOCTOR)
    before = await acts(house)

    await browser.get(path)

    assert await acts(house) == before + 1
