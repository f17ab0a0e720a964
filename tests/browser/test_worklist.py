"""A coordinator's morning: what waits, taken and snoozed by keyboard, and news that comes by itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.console.access import Role
from handlers.core.changes import Level, OpenTask, RaiseAlert
from storage.engine import open_database
from tests.browser.conftest import DESK, PHONE
from tests.browser.serving import serving
from tests.browser.test_access import AXE, JUDGED
from tests.console.house import CLINIC, House
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "docs/pictures"
SMALL = """() => [...document.querySelectorAll("#work :is(a.button, button, summary), .sees a, .nav a")]
    .filter((each) => each.getClientRects().length && each.getBoundingClientRect().height < 44)
    .map((each) => each.textContent.trim())"""
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MORNING = (
    ("p1", "YR-2041", "Anna Maria Rossi", "Europe/Rome", "flag-red", 1),
    ("p2", "YR-2057", "Kenji Mori", "Asia/Tokyo", "silent", 30),
    ("p3", "YR-2063", "Nguyen Thi Lan", "Asia/Ho_Chi_Minh", "wants-a-call", 3),
    ("p4", "YR-2069", "Omar Haddad", "Asia/Dubai", "file-refused", 20),
    ("p5", "YR-2071", "Li Wei", "Asia/Shanghai", "unknown-send", 5),
    ("p6", "YR-2074", "Grace Hill", "Europe/London", "flag-yellow", 26),
)


@pytest.fixture
async def house(sqlite_url):
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    for patient, code, name, zone, kind, hours in MORNING:
        more = intake(patient) if patient == "p6" else treated(patient)
        opened = OpenTask(kind, kind, NOW - timedelta(hours=hours))
        await house.add(anna(patient, code, name=name, zone=zone), *more, opened)
    yield house
    await database.close()


@pytest.fixture
async def address(house):
    async with serving(house) as place:
        yield place


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
async def page(request, context_of, house, address):
    """A coordinator's page, with its script at work."""
    context = await context_of(viewport=request.param)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    page.on("console", lambda said: context.problems.append(said.text) if said.type == "error" else None)
    await page.goto(f"{address}/console/enter/{await house.link_for(Role.COORDINATOR)}")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("link", name="Not now").click()
    await page.wait_for_url("**/console/")
    yield page
    assert context.problems == []


async def test_a_coordinators_morning(page, house, request):
    name = request.node.callspec.id
    await expect(page.get_by_role("heading", name="Now 2")).to_be_visible()
    await takes_and_snoozes(page)
    await page.screenshot(path=PICTURES / f"worklist-{name}.png", full_page=True)
    await is_told_of_an_alert(page, house)
    await page.get_by_text("More", exact=True).click()
    await page.screenshot(path=PICTURES / f"menu-{name}.png")
    await page.keyboard.press("Escape")
    assert (await page.evaluate(SMALL), await page.evaluate(WIDTH)) == ([], 0)
    await page.evaluate(AXE)
    assert await page.evaluate(JUDGED) == []


async def takes_and_snoozes(page):
    """Take the second line and let the third rest, by single keys."""
    for key in ("j", "j", "t"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("You have it")).to_be_visible()
    for key in ("j", "s"):
        await page.keyboard.press(key)
    await expect(page.locator("details.snooze[open] select")).to_be_focused()
    await page.locator("details.snooze[open] input[name=reason]").fill("She asked for the afternoon")
    await page.keyboard.press("Enter")
    await expect(page.locator("#main .notice")).to_contain_text("It comes back by itself")
    await page.get_by_role("link", name="Snoozed 1").click()
    await expect(page.get_by_text("She asked for the afternoon")).to_be_visible()
    await page.get_by_role("link", name="All 6").click()
    await expect(page.get_by_role("heading", name="Now 2")).to_be_visible()


async def is_told_of_an_alert(page, house):
    """See an alert come in without a reload."""
    case = await house.uow.case_of(CLINIC, "p3")
    alarm = [RaiseAlert("flag:a", Level.RED, NOW), OpenTask("flag-red", "flag:a", NOW)]
    await house.uow.save(case, alarm)
    await expect(page.get_by_role("heading", name="Now 3")).to_be_visible()
    await expect(page.locator("#work")).to_contain_text("An alert that nobody has taken")
