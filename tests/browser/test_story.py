"""The story in Chromium against the running product; its pictures stand in the README."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.phone import OnThePhone
from tests.journeys.clinic import LEASE
from tests.journeys.papers import PDF, PHOTO
from tests.journeys.product import ROOT, Product
from tests.journeys.story import CLOSING, CONSENT, DIAGNOSIS, HEALTH, HOPE, NAME, OPENING, OWN_WORDS, THANKS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURES = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 900}
TO_THE_QUESTION = """() => {
    const asked = [...document.querySelectorAll("#log > li[data-from=clinic]")].at(-1);
    const head = document.querySelector("header").getBoundingClientRect().bottom;
    window.scrollTo(0, window.scrollY + asked.getBoundingClientRect().top - head - 12);
}"""
MONTHS = ("Month 1", "Month 3", "Month 6")


@pytest.fixture
async def product(tmp_path):
    """The demo, on a data folder of its own."""
    product = Product(tmp_path, f"sqlite:///{tmp_path}/yorisoi.db", ENV="demo", **LEASE)
    product.link = await product.open()
    yield product
    await product.kill()


async def picture(page, name):
    """Take a picture for the README."""
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=Path(PICTURES, name), animations="disabled")


async def test_the_story_on_a_phone_and_at_the_clinics_desk(product, context_of):
    phone = await context_of()
    person = await begins(await phone.new_page(), product)
    await person.walks(*CONSENT)
    await person.sends_file("photo.png", "image/png", PHOTO)
    await person.walks(*NAME)
    await person.sends_file("letter.pdf", "application/pdf", PDF)
    await person.walks(*DIAGNOSIS)
    await person.taps("Parkinson's disease")
    await product.restart()
    await person.comes_back()
    await person.is_asked("medicines help you")
    await person.page.evaluate(TO_THE_QUESTION)
    await picture(person.page, "chat.png")
    await person.walks(*HEALTH, *HOPE)
    await person.walks(f"={OWN_WORDS}", f"=change {person.number_of('cancer')}")
    await person.walks("Yes, in the past", "Yes", "=May 2023", "Yes")
    await person.taps("Send now")
    await person.hears(CLOSING)

    desk = await context_of(viewport=DESK)
    console = await signs_in(await desk.new_page(), product)
    await expect(console.locator("#summary")).to_contain_text("CA-02")
    await expect(console.locator("#summary")).to_contain_text("May 2023")
    await expect(console.locator("#documents .doc-name a")).to_have_count(2)
    await picture(console, "console.png")
    await runs_months_alone(console, product)
    await enters_date(console, "2026-03-31")
    for month in MONTHS:
        # Also, a person is not as fast as this one: a new process counts their messages anew.
        await product.stop()
        await product.start()
        await person.comes_back()
        await console.reload()
        await console.get_by_role("button", name=f"To {month}").click()
        await person.is_asked(OPENING)
        await person.taps("Start")
        await person.answers_by_taps(THANKS)
        await console.reload()
        await expect(console.locator("#check-ins")).to_contain_text(month)
    await console.locator("#trend").scroll_into_view_if_needed()
    await picture(console, "trend.png")

    assert phone.problems == []
    assert desk.problems == []


async def begins(page, product):
    """Open the chat page and press Continue."""
    await page.goto(f"{product.url}/chat/")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator("html.ready")).to_be_attached()
    person = OnThePhone(page)
    await person.is_asked()
    return person


async def signs_in(page, product):
    """Come in by the one-time link and open the only patient."""
    await page.goto(product.link)
    await page.get_by_role("button", name="Continue").click()
    await page.goto(f"{product.url}/console/patients")
    await page.locator(".who-link").click()
    return page


async def runs_months_alone(console, product):
    """Leave the other parts of the programme out on the clinic's page, and go back to the patient."""
    patient = console.url
    await console.goto(f"{product.url}/console/clinic")
    for part in ("preparation", "safety-checks", "culture"):
        await console.locator(f"select[name=programme_{part}]").select_option("off")
    await console.get_by_role("button", name="Save").click()
    await console.goto(patient)


async def enters_date(console, day):
    """Fill in the treatment date, look at the plan and save it."""
    await console.get_by_label("Date", exact=True).fill(day)
    await console.get_by_role("button", name="Show the plan").click()
    await expect(console.get_by_text("This would plan 3 check-ins")).to_be_visible()
    await console.get_by_role("button", name="Save the date").click()
    await expect(console.get_by_text("The date is saved")).to_be_visible()
