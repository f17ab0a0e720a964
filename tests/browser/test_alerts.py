"""An alert and its case in a real browser, on a desk and on a phone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.console.access import Role
from handlers.core.changes import Level, OpenTask, RaiseAlert
from handlers.core.on_call import Climb, Means, Way
from handlers.core.values import PatientId
from storage.alert_notices import NoticeStore
from storage.alerts import AlertStore
from storage.engine import open_database
from tests.browser.conftest import DESK, PHONE
from tests.browser.serving import serving
from tests.console.house import CLINIC, House
from tests.console.record import anna, intake
from tests.console.samples import NOW

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "docs/pictures"
LEASE = timedelta(minutes=1)


@pytest.fixture
async def house(sqlite_url):
    """A clinic where a patient has just said something alarming and one way to staff did not work."""
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    await house.add(anna(), *intake())
    await red(house, "p1", NOW)
    yield house
    await database.close()


async def red(house, patient, at):
    """Raise an alert and tell it: the group gets it, a chat does not."""
    case = await house.uow.case_of(CLINIC, PatientId(patient))
    alert = RaiseAlert("flag:a", Level.RED, at, opens_case=True)
    await house.uow.save(case, [alert, OpenTask("flag-red", "flag:a", at)])
    alerts = AlertStore(house.database, house.vault, house.clinics)
    notices = NoticeStore(house.database, house.vault, house.clinics)
    [claimed] = await alerts.claim(now=at, now_system=at, lease=LEASE, limit=1)
    ways = Way(Means.TELEGRAM, "-9"), Way(Means.EMAIL, "office@clinic.example")
    await alerts.climbed([(claimed, Climb(0, ways, LEASE))], now=at)
    for means, end in ((Means.TELEGRAM, notices.settle), (Means.EMAIL, None)):
        told = await notices.claim(CLINIC, means, resting=(), now=at, now_system=at, lease=LEASE, limit=9)
        await (end(told, now=at) if end else notices.fail(told, now=at, code="smtp-recipient"))


@pytest.fixture
async def address(house):
    async with serving(house) as place:
        yield place


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
async def page(request, context_of, house, address):
    """A page of a doctor."""
    context = await context_of(viewport=request.param)
    context.set_default_timeout(8_000)
    page = await context.new_page()
    page.on("console", lambda said: context.problems.append(said.text) if said.type == "error" else None)
    await page.goto(f"{address}/console/enter/{await house.link_for(Role.DOCTOR)}")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("link", name="Not now").click()
    yield page
    assert context.problems == []


async def test_an_alert_is_taken_and_its_case_closed(page, house, request):
    name = request.node.callspec.id
    await expect(page.locator("#alarm")).to_contain_text("Nobody has taken this yet")
    await page.screenshot(path=PICTURES / f"alert-{name}.png")
    await page.locator("#alarm").get_by_role("button", name="I take it").click()
    await expect(page.get_by_text("You have taken the alert")).to_be_visible()
    await expect(page.locator("#alarm")).not_to_contain_text("Nobody has taken this yet")

    await page.get_by_role("link", name="Open the case").click()
    await page.get_by_label("What happened").fill("Called: the ambulance is with her.")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text("the ambulance is with her")).to_be_visible()
    await page.screenshot(path=PICTURES / f"case-{name}.png", full_page=True)
    await page.get_by_label("Reason").last.fill("Sent to the committee")
    await page.get_by_role("button", name="Close the case").click()

    await expect(page.get_by_text("Closed as reported by A doctor")).to_be_visible()


async def test_an_alert_appears_on_a_page_that_is_open_already(page, house):
    await page.locator("#alarm").get_by_role("button", name="I take it").click()
    await page.get_by_role("link", name="Patients").click()
    await expect(page.locator("#alarm")).not_to_contain_text("Case")

    await house.add(anna("p2", "YR-3000"), *intake("p2"))
    await red(house, "p2", NOW)

    await expect(page.locator("#alarm")).to_contain_text("Case YR-3000", timeout=10_000)
