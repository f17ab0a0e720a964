"""A clinic's own questionnaire in Chromium: loaded, linked, seen as a patient, put in force, and asked."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.phone import OnThePhone
from tests.console.test_packs import SLEEP
from tests.journeys.product import ROOT, Product
from tests.packs.conftest import SmallPack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PICTURES = ROOT / "docs" / "pictures"
QUESTION = SLEEP["item"][0]["text"]


@pytest.fixture
async def product(tmp_path):
    """The demo with a small pack, on a data folder of its own."""
    pack = tmp_path / "pack"
    pack.mkdir()
    SmallPack(pack).write()
    product = Product(tmp_path, f"sqlite:///{tmp_path}/yorisoi.db", ENV="demo", PACK=str(pack))
    product.link = await product.open()
    yield product
    await product.kill()


async def picture(page, name):
    await page.screenshot(path=Path(PICTURES, name), animations="disabled", full_page=True)


async def test_a_clinics_own_questionnaire_reaches_a_new_patient(product, context_of, tmp_path):
    desk = await context_of(viewport=DESK)
    page = await desk.new_page()
    await page.goto(product.link)
    await page.get_by_role("button", name="Continue").click()
    await page.goto(f"{product.url}/console/clinic/packs")
    form = tmp_path / "sleep.json"
    form.write_text(json.dumps(SLEEP))
    await page.get_by_label("Pack (.zip) or questionnaire (.json)").set_input_files(form)
    await page.get_by_role("button", name="Load").click()
    await expect(page.get_by_text("neither the intake nor a step asks")).to_be_visible()
    await page.locator("form[action$='/part']").get_by_role("button", name="Link it").click()
    await expect(page.get_by_text("The check found nothing wrong.")).to_be_visible()
    await picture(page, "pack-desk.png")

    await page.get_by_role("link", name="See it as a patient: sleep").click()
    await page.get_by_label("Channel").select_option("whatsapp")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_text(QUESTION)).to_be_visible()
    await page.set_viewport_size(PHONE)
    await picture(page, "pack-preview-phone.png")
    await page.get_by_role("link", name="Back to the pack").click()
    await picture(page, "pack-phone.png")
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(width) == 0
    await page.get_by_role("button", name="Put in force").click()
    await expect(page.get_by_text("It is in force now.")).to_be_visible()

    phone = await context_of()
    chat = await phone.new_page()
    await chat.goto(f"{product.url}/chat/")
    await chat.get_by_role("button", name="Continue").click()
    await expect(chat.locator("html.ready")).to_be_attached()
    person = OnThePhone(chat)
    await person.is_asked("Are you well?")
    await person.taps("Yes")
    await person.is_asked("Next: Sleep")
    await person.taps("Now")
    await person.is_asked(QUESTION)
    assert desk.problems + phone.problems == []
