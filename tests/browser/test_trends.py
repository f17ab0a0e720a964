"""The trends of one patient and of all, in a real browser; with pictures for docs/."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK
from tests.browser.test_console import address, house, page  # noqa: F401 - fixtures
from tests.console.many import add_many

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "docs/pictures"


def mixed(one, column):
    """Say little or much trouble, by no rule that would look like an effect."""
    return (0, 1, 1, 2, 2, 3, 4, 2, 3, 1, 4, 3)[(one * 5 + column * 4 + one // 4) % 12]


async def test_all_patients_trends_say_what_they_do_not_show_and_fit_the_screen(page, house, address):  # noqa: F811
    await add_many(house, 24, step_of=mixed)
    await page.goto(f"{address}/console/cohort")

    await expect(page.get_by_text("There is no control group.")).to_be_visible()
    await expect(page.locator("figure.spread svg")).to_have_count(3)
    row = page.locator("figure.spread").first.locator("tbody tr").first
    await expect(row).to_contain_text("24")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await _picture(page, "cohort")


async def test_a_patients_header_tells_of_silence(page, house, address):  # noqa: F811
    await add_many(house, 4)
    await page.goto(f"{address}/console/patients/q0003")

    await expect(page.locator(".badge.silence")).to_contain_text("No answer to")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def _picture(page, name):  # noqa: F811
    size = "desk" if page.viewport_size == DESK else "phone"
    await page.screenshot(path=PICTURES / f"{name}-{size}.png", full_page=True, animations="disabled")
