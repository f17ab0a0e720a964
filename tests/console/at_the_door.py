"""Coming in by link, password and code, as the tests of the door do it."""

import re
from datetime import timedelta

import pyotp

from bot.console.access import Role
from bot.console.authenticator import STEP_SECONDS
from tests.console.house import CLINIC, PASSWORD

EMAIL = "hana@clinic.example"
DAY = timedelta(days=1)
KEY = re.compile(r'id="app-key">([A-Z2-7 ]+)<')
RECOVERY = re.compile(r"<li><code>([0-9a-z-]{19})</code>")


def strict(house):
    """Let the house be one in production."""
    house.demo, house.production = False, True
    return house


def code_at(house, secret, steps=0):
    """Return what an app shows now, or so many steps of 30 seconds from now."""
    return pyotp.TOTP(secret).at(int(house.clocks.system.timestamp()) + steps * STEP_SECONDS)


async def with_app(house, role=Role.ADMINISTRATOR, email=EMAIL):
    """Return a browser in which somebody came in by a link and met an app, its secret, and the codes."""
    browser = house.browser()
    await browser.post(f"/console/enter/{await house.link_for(role, email)}")
    secret = KEY.search((await browser.get("/console/authenticator")).text)[1].replace(" ", "")
    page = await browser.post("/console/authenticator", data={"code": code_at(house, secret)})
    return browser, secret, RECOVERY.findall(page.text)


async def with_all(house, role=Role.ADMINISTRATOR, email=EMAIL):
    """Return the same, with a password, and signed out again."""
    browser, secret, codes = await with_app(house, role, email)
    await browser.post("/console/password", data={"password": PASSWORD})
    await browser.post("/console/sign-out")
    return browser, secret, codes


def sign_in(browser, email=EMAIL, password=PASSWORD):
    return browser.post("/console/sign-in", data={"email": email, "password": password})


def give(browser, code):
    return browser.post("/console/code", data={"code": code})


async def is_in(browser):
    return (await browser.get("/console/account")).status_code == 200


async def link_again(house, email=EMAIL):
    """Make a member who is there a new link."""
    member = await house.staff.by_email(CLINIC, email)
    token, now = house.ids.secret(), house.clocks.system
    await house.staff.make_link(CLINIC, member.id, token, now_system=now, ends_at=now + DAY)
    return f"/console/enter/{token}"
