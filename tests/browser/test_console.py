"""The console in a real browser: from the one-time link to the plan, the name, and a jump of the clock."""

import pytest
from playwright.async_api import expect

from bot.console.access import Role
from storage.engine import open_database
from tests.browser.conftest import DESK, PHONE
from tests.browser.serving import serving
from tests.console.house import House
from tests.console.record import anna, intake, treated

pytestmark = pytest.mark.browser

POLICY = """
document.addEventListener("securitypolicyviolation", (event) => console.error(event.violatedDirective));
"""


@pytest.fixture
async def house(sqlite_url):
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    yield house
    await database.close()


@pytest.fixture
async def address(house):
    async with serving(house) as place:
        yield place


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
async def page(request, context_of, house, address):
    """A page of the administrator of a demo, signed in by the one-time link."""
    context = await context_of(viewport=request.param)
    await context.add_init_script(POLICY)
    page = await context.new_page()
    page.on("console", lambda said: context.problems.append(said.text) if said.type == "error" else None)
    await page.goto(f"{address}/console/enter/{await house.link_for(Role.ADMINISTRATOR)}")
    await page.get_by_role("button", name="Continue").click()
    yield page
    assert context.problems == []


async def test_a_one_time_link_leads_to_an_empty_clinic(page):
    await page.get_by_role("link", name="Not now").click()
    await page.get_by_role("link", name="Patients").click()

    await expect(page.get_by_role("link", name="Invite your first patient")).to_be_visible()


async def test_the_plan_is_previewed_and_saved_on_one_page(page, house, address):
    await house.add(anna(), *intake())
    await page.goto(f"{address}/console/patients/p1")

    await page.get_by_label("Date", exact=True).fill("2026-12-01")
    await page.get_by_role("button", name="Show the plan").click()
    await expect(page.get_by_text("This would plan 3 check-ins")).to_be_visible()
    await page.get_by_role("button", name="Save the date").click()

    await expect(page.get_by_text("The date is saved")).to_be_visible()
    assert await house.entered() == ([("infusion", "2026-12-01T10:00", "Asia/Tokyo")], "10:00")


async def test_a_summary_is_opened_from_the_patients_page_and_saved_as_pdf(page, house, address):
    await house.add(anna(language="ja"), *intake())
    await page.goto(f"{address}/console/patients/p1")

    await page.get_by_role("link", name="Whole summary").click()
    await expect(page.get_by_role("heading", name="Diagnosis and course")).to_be_visible()
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="PDF").click()

    assert (await saving.value).suggested_filename == "YR-2041.pdf"


async def test_a_name_appears_in_place(page, house, address):
    await house.add(anna(), *intake())
    await page.goto(f"{address}/console/patients/p1")

    await page.get_by_role("button", name="Show name").click()

    await expect(page.get_by_text("Anna Maria Rossi")).to_be_visible()


async def test_a_task_is_closed_by_its_reason(page, house, address):
    await house.add(anna(), *intake())
    await page.goto(f"{address}/console/patients/p1")

    await page.get_by_text("Close this task").click()
    await page.locator("#tasks").get_by_label("Reason").fill("Doctor has it")
    await page.get_by_role("button", name="Close with this reason").click()

    await expect(page.get_by_text("The task is closed.")).to_be_visible()


async def test_the_list_is_searched_while_typing(page, house, address):
    await house.add(anna())
    await house.add(anna("p2", "YR-3000"))
    await page.goto(f"{address}/console/patients")

    await page.get_by_label("Case number").press_sequentially("yr-3")

    await expect(page.get_by_role("link", name="YR-2041")).to_have_count(0)
    await expect(page.get_by_role("link", name="YR-3000")).to_be_visible()


async def test_the_clock_jumps_to_a_check_in(page, house, address):
    await house.add(anna(), *treated())
    await page.goto(f"{address}/console/patients/p1")

    await page.get_by_role("button", name="To Month 3").click()

    await expect(page.get_by_label("Demo")).to_contain_text("1 Mar 2027")


@pytest.mark.parametrize(
    "path", ["", "patients", "patients/p1", "duplicates", "invite", "clinic", "staff", "log"]
)
async def test_no_page_is_wider_than_the_screen(page, house, address, path):
    await house.add(anna(), *intake(), *treated())
    await house.add(anna("p2", "YR-3000"))

    await page.goto(f"{address}/console/{path}")

    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(width) == 0
