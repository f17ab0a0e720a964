"""The page of the channels: WhatsApp's day, its templates, and what it carries."""

from datetime import timedelta

import pytest

from bot.channels.whatsapp.templates import Amiss
from bot.console.access import Role
from bot.console.standing import WhatsAppStanding
from bot.template_watch import Warned
from handlers.core.tiers import UNLIMITED
from storage.daily_people import Usage
from tests.console.samples import NOW
from tests.console.test_pages import words_of

PAGE = "/console/channels"
MISSING = Warned("checkin_start_v1", "vi", Amiss.MISSING, NOW + timedelta(weeks=3), 4)


async def shown(house, standing=None, language="en"):
    house.whatsapp = standing
    browser = await house.signed_in(Role.COORDINATOR)
    browser.cookies.set("yorisoi-console-language", language)
    return words_of(await browser.get(PAGE))


async def test_without_whatsapp_the_page_says_so(house):
    assert "No WhatsApp number is connected" in await shown(house)


async def test_how_full_the_day_is_stands_there(house):
    page = await shown(house, WhatsAppStanding("link", Usage(120, 3, 250)))

    assert "120 of 250. 3 wait for their turn." in page
    assert "one-time links" in page


async def test_an_account_without_a_limit_is_never_full(house):
    assert "7. There is no limit." in await shown(house, WhatsAppStanding("full", Usage(7, 0, UNLIMITED)))


@pytest.mark.parametrize(("usage", "percent"), [(Usage(0, 0, 250), 0), (Usage(245, 9, 250), 100)])
def test_the_bar_is_full_when_no_place_is_left(usage, percent):
    assert WhatsAppStanding("link", usage).percent == percent


async def test_a_template_that_is_amiss_is_named_with_its_day_and_the_people(house):
    page = await shown(house, WhatsAppStanding("full", Usage(0, 0, 250), (MISSING,)))

    assert "checkin_start_v1 (vi): missing" in page
    assert "Needed from 15 Dec 2026, for 4 people" in page


async def test_the_page_speaks_japanese_too(house):
    standing = WhatsAppStanding("link", Usage(120, 3, 250), (MISSING,))

    page = await shown(house, standing, language="ja")

    assert "250人中120人" in page
