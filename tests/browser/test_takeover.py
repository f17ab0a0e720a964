"""A coordinator takes a chat over and hands it back: the running product, a patient's phone, the console."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_story import begins, picture, signs_in
from tests.journeys.clinic import LEASE
from tests.journeys.product import Product
from tests.journeys.story import CONSENT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
async def product(tmp_path):
    """The demo, on a data folder of its own."""
    product = Product(tmp_path, f"sqlite:///{tmp_path}/yorisoi.db", ENV="demo", **LEASE)
    product.link = await product.open()
    yield product
    await product.kill()


async def test_a_coordinator_takes_the_chat_over_and_hands_it_back(product, context_of):
    phone, desk = await context_of(viewport=PHONE), await context_of(viewport=DESK)
    person = await begins(await phone.new_page(), product)
    await person.walks(*CONSENT)
    console = await signs_in(await desk.new_page(), product)

    await console.get_by_role("link", name="Open the chat").click()
    await console.get_by_label("The patient sees you as").fill("Yuki")
    await console.get_by_role("button", name="Take over").click()
    await person.hears("is here now")
    await person.says("Can I bring my daughter?")
    await expect(console.locator("#talk-log")).to_contain_text("Can I bring my daughter?")

    await writes(console, "Of course. This will cure you.")
    await expect(console.locator(".talk-write .notice-bad")).to_contain_text("This can't be sent")
    await picture(console, "talk-stopped-desk.png")
    await writes(console, "Of course. We look forward to meeting you both.")
    await person.hears("We look forward to meeting you both.")
    await expect(console.locator(".msg-staff").last).to_contain_text("delivered")
    await console.locator(".talk-quick summary").click()
    await picture(console, "talk-desk.png")
    await picture(person.page, "talk-patient.png")
    await console.set_viewport_size(PHONE)
    await console.reload()
    await picture(console, "talk-phone.png")

    await console.get_by_role("button", name="Hand back").click()
    await expect(console.get_by_text("The assistant speaks again.")).to_be_visible()
    await person.hears("The assistant is back")
    assert (phone.problems, desk.problems) == ([], [])


async def writes(console, text):
    await console.get_by_label("Your message").fill(text)
    await console.get_by_role("button", name="Send", exact=True).click()
