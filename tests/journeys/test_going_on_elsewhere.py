"""From Telegram to our page: a link that works once, and only by the button behind it."""

import re

import httpx2
import pytest

from tests.journeys.story import gives_consent

pytestmark = pytest.mark.timeout(120)

LINK = re.compile(r"http://\S+/chat/i/[\w-]+")
TELEGRAM = re.compile(r"https://t\.me/\w+\?start=[\w-]+")


@pytest.fixture(scope="module")
async def moved(house):
    """What was said in Telegram, what was heard on the page, and what became of the link."""
    before = await house.meets(house.somebody("telegram"))
    await gives_consent(before)
    await before.says("menu")
    for label in ("More", "Continue elsewhere"):
        await before.taps(label)
    offer = await before.hears("You can go on at another device")
    link = LINK.search(offer.text)[0]
    async with httpx2.AsyncClient() as preview:
        await preview.get(link)
    there = house.somebody("web")
    await there.arrives(link)
    heard = await there.hears("answers so far")
    async with httpx2.AsyncClient() as late:
        status = (await late.get(link)).status_code
    return offer.text, heard.text, status


def test_the_offer_holds_a_link_for_each_way(moved):
    assert TELEGRAM.search(moved[0])


def test_looking_at_the_link_spends_nothing_and_the_page_begins_with_a_recap(moved):
    assert "The last one" in moved[1]


def test_the_link_works_once(moved):
    assert moved[2] == 410
