"""Passkeys in a real browser: Chromium's virtual authenticator makes one, signs in and confirms with it."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.console.access import Role
from storage.engine import open_database
from tests.browser.serving import serving
from tests.console.house import CLINIC, House

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def house(sqlite_url):
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    yield house
    await database.close()


@pytest.fixture
async def device(context_of, house):
    """A page with an authenticator, the DevTools session that holds it, and its name there."""
    async with serving(house, "localhost"):
        context = await context_of()
        page = await context.new_page()
        tools = await context.new_cdp_session(page)
        await tools.send("WebAuthn.enable")
        made = await tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page, tools, made["authenticatorId"]
        assert context.problems == []


async def register(page, house):
    await page.goto(f"{house.public_url}/console/enter/{await house.link_for(Role.ADMINISTRATOR)}")
    await page.get_by_role("button", name="Continue").click()
    await page.goto(f"{house.public_url}/console/account/passkeys/new")
    await page.get_by_label("Name", exact=True).fill("My laptop")
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.get_by_text("My laptop", exact=True)).to_be_visible()


async def test_a_passkey_is_made_signs_in_and_confirms(device, house):
    page, tools, authenticator = device
    await register(page, house)
    kept = await tools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    member = (await house.staff.members(CLINIC))[0]
    await house.staff.set_password(CLINIC, member.id, "a hash")
    await page.get_by_role("button", name="Sign out", exact=True).click()

    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.wait_for_url("**/console/")
    house.clocks.system += timedelta(minutes=11)
    await page.goto(f"{house.public_url}/console/staff")
    await page.get_by_role("button", name="Confirm with a passkey").click()

    await expect(page.get_by_role("heading", name="Staff", exact=True)).to_be_visible()
    assert [one["isResidentCredential"] for one in kept["credentials"]] == [True]


async def test_a_device_without_a_passkey_says_so_and_the_password_is_still_there(device, house):
    page, tools, authenticator = device
    await register(page, house)
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await tools.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})

    await page.get_by_role("button", name="Sign in with a passkey").click()

    await expect(page.get_by_text("Nothing was confirmed")).to_be_visible()
    assert await page.get_by_role("button", name="Sign in", exact=True).is_enabled()
