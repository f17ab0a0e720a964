"""Every page of the application, from its route table: for everybody, at both widths, and by keyboard."""

import asyncio

import pytest

from bot.console.access import Role
from tests.browser.every_page import PAGES, PATIENT
from tests.browser.judging import Judge
from tests.browser.whole_site import whole_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AT_ONCE = 3
JAPANESE = (
    "/console/",
    PATIENT,
    "/console/overview",
    "/console/alerts/{alert}",
    "/console/find",
    "/console/account",
)


@pytest.fixture
async def site(tmp_path, sqlite_url):
    async with whole_site(tmp_path, sqlite_url) as site:
        yield site


@pytest.fixture
def judged(site, context_of):
    """Return what is wrong with pages as somebody sees them, some people at a time."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def judged(who, paths, *more):
        async with at_once:
            context = await context_of(reduced_motion="reduce")
            await context.add_cookies([*await site.cookies(who), *more])
            judge = await Judge.of(context, site.address)
            found = [(path, await judge.flaws(path.format(**site.ids))) for path in paths]
            await context.close()
        return [f"{path} ({who}): {one}" for path, flaws in found for one in flaws]

    return judged


async def test_nothing_serious_is_found_on_any_page(judged, site):
    seen_by = {}
    for who, path in (visit for visits in PAGES.values() for visit in visits):
        seen_by.setdefault(who, []).append(path)
    japanese = {"name": "yorisoi-console-language", "value": "ja", "url": site.address}

    looks = [judged(who, paths) for who, paths in seen_by.items()]
    flaws = await asyncio.gather(*looks, judged(Role.DOCTOR, JAPANESE, japanese))

    assert [one for found in flaws for one in found] == []
