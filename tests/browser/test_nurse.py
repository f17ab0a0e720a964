"""A nurse who may not see restricted answers: invited, signed in, and told plainly what is kept from her."""

import json
from pathlib import Path

import pypdfium2
import pytest
from playwright.async_api import expect
from sqlalchemy import update

from bot.console.access import Role
from handlers.core.changes import AddDocument, OpenTask
from handlers.core.values import AnsweredBy, ContactId, DocumentId
from storage.engine import open_database
from storage.tables import documents
from tests.browser.conftest import DESK, PHONE
from tests.browser.serving import serving
from tests.browser.test_access import serious
from tests.console.at_the_door import code_at, strict
from tests.console.house import ORIGIN, PASSWORD, House
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW
from tests.matrix.house import restricted

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PICTURES = Path(__file__).parents[2] / "docs/pictures"
SECRET = "Whisperbird"
"""Stands in every restricted thing of the patient, and nowhere else."""
PATIENT = "/console/patients/p1"
KEPT_BACK = "Not shown here: answers about infection tests, mood, pregnancy and money"
TOLD = {
    "sheet": f"{PATIENT}/summary",
    "pdf": f"{PATIENT}/summary.pdf",
    "json": f"{PATIENT}/summary.json",
    "csv": "/console/export/patients.csv",
    "timeline": f"{PATIENT}/timeline",
}
"""What tells of a patient beside their page."""
HIDDEN_FILE = f"{PATIENT}/documents/d-hidden"


@pytest.fixture
async def house(sqlite_url):
    """A clinic in production, with a patient who said something of everything."""
    database = open_database(sqlite_url)
    house = strict(House(database))
    await house.open()
    test = AddDocument(
        DocumentId("d-hidden"), ContactId("c-p1"), "ref", "document", f"{SECRET}.pdf", "application/pdf", 17,
        "", "doc.inf", NOW, AnsweredBy.PATIENT, "m2",
    )  # fmt: skip
    asked = OpenTask("wants-a-call", "wants-a-call", NOW)
    await house.add(anna(), *intake(), *treated(), *restricted("p1", SECRET), test, asked)
    await database.write(lambda conn: conn.execute(update(documents).values(state="stored")))
    yield house
    await database.close()


@pytest.fixture
async def address(house):
    async with serving(house) as place:
        yield place


async def as_administrator(house, context_of, address):
    """Return a page of an administrator who is signed in."""
    context = await context_of(viewport=DESK)
    token = (await house.signed_in(Role.ADMINISTRATOR)).cookies["yorisoi-console"]
    await context.add_cookies([{"name": "yorisoi-console", "value": token, "url": address}])
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(f"{address}/console/staff")
    return page


async def invites(page):
    """Invite a nurse without restricted answers; return her link."""
    await page.get_by_label("Name", exact=True).fill("Hana Sato")
    await page.get_by_label("E-mail address").fill("hana@clinic.example")
    await page.get_by_label("Role").select_option(label="Nurse, without restricted answers")
    await picture(page, "nurse-invited")
    await page.get_by_role("button", name="Add and make a link").click()
    return await page.get_by_label("Link").input_value()


async def comes_in(page, house, link):
    """Come in by the link, meet an app, and choose a password."""
    await page.goto(link)
    await page.get_by_role("button", name="Continue").click()
    secret = (await page.locator("#app-key").inner_text()).replace(" ", "")
    await picture(page, "nurse-second-step")
    await page.get_by_role("textbox").fill(code_at(house, secret))
    await page.locator("main button[type=submit]").first.click()
    await page.locator("main a.button").click()
    await page.get_by_label("password").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    await expect(page.locator(".notice-good")).to_be_visible()


async def picture(page, name):
    """Take a page's picture on a phone and on a desk."""
    for size, width in (("phone", PHONE), ("desk", DESK)):
        await page.set_viewport_size(width)
        await page.screenshot(path=PICTURES / f"{name}-{size}.png", full_page=True, animations="disabled")


async def told_of(ask):
    """Return what the patient's papers say, by `ask` for the bytes of an address."""
    papers = {name: await ask(path) for name, path in TOLD.items()}
    pages = pypdfium2.PdfDocument(papers["pdf"])
    papers["pdf"] = "".join(page.get_textpage().get_text_range() for page in pages).encode()
    papers["json"] = json.dumps(json.loads(papers["json"])).encode()
    return {name for name, content in papers.items() if SECRET.encode() in content}


async def test_a_nurse_reads_no_restricted_answer_and_is_told_so(house, context_of, address):
    link = await invites(await as_administrator(house, context_of, address))
    context = await context_of(viewport=DESK)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await comes_in(page, house, link.replace(ORIGIN, address))
    await expect(page.get_by_text("YR-2041").first).to_be_visible()
    await picture(page, "nurse-worklist")

    await page.goto(f"{address}{PATIENT}")
    await expect(page.get_by_text(KEPT_BACK).first).to_be_visible()
    assert SECRET not in await page.content()
    assert await serious(page) == []
    await picture(page, "nurse-patient")

    asked = context.request
    assert await told_of(lambda path: body(asked.get(f"{address}{path}"))) == set()
    refused = await page.goto(f"{address}{HIDDEN_FILE}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await picture(page, "nurse-refused")
    assert (refused.status, context.problems) == (404, [])


async def body(asked):
    return await (await asked).body()


async def test_a_nurse_with_the_right_reads_them(house):
    browser = await house.signed_in(Role.NURSE)

    async def content(path):
        return (await browser.get(path)).content

    assert {"sheet", "pdf", "json", "csv", "timeline"} == await told_of(content)
    assert (await browser.get(HIDDEN_FILE)).status_code == 200
