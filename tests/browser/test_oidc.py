"""Sign-in by an identity provider in a real browser: there and back, strict policy and strict cookies."""

import pytest
from playwright.async_api import expect

from bot.console.access import Role
from bot.oidc.provider import Access, Provider
from storage.engine import open_database
from tests.browser.serving import serving
from tests.browser.test_console import POLICY
from tests.console.house import House
from tests.fakes.identity import CLIENT, SECRET, identity_provider

pytestmark = pytest.mark.browser


@pytest.fixture
async def house(sqlite_url):
    """A house in production whose provider says that it asked for a second step."""
    database = open_database(sqlite_url)
    house = House(database, demo=False, production=True)
    await house.open()
    async with identity_provider(now=house.clocks.system.timestamp(), claims={"amr": ["mfa"]}) as provider:
        access = Access(provider.place, CLIENT, SECRET, frozenset({"mfa"}))
        house.oidc = Provider(access, lambda: house.clocks.system)
        yield house
    await database.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_one_press_leads_there_and_back_into_the_console(context_of, house, scripts):
    await house.link_for(Role.NURSE, "hana@clinic.example")
    async with serving(house, "localhost") as place:
        context = await context_of(java_script_enabled=scripts)
        await context.add_init_script(POLICY)
        page = await context.new_page()
        page.on("console", lambda said: context.problems.append(said.text) if said.type == "error" else None)
        await page.goto(f"{place}/console/sign-in")
        await page.get_by_role("button", name="Sign in with the clinic's account").click()
        if not scripts:
            await page.get_by_role("button", name="Continue").click()

        await expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
        assert page.url == f"{place}/console/"
        assert context.problems == []
