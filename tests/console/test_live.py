"""The stream of live pages: pings without a word, for as long as somebody is signed in."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest
from starlette.requests import Request

from bot.console.access import Role
from bot.console.desk import Desk
from bot.console.live import LivePages
from bot.console.sessions import IDLE
from handlers.core.changes import OpenTask
from handlers.errors import StorageAway
from storage.views.work import WorkViews
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW

CHANGED, BEAT, OVER = "event: changed\ndata:\n\n", ": beat\n\n", "event: over\ndata:\n\n"


async def stream(house, *, shown=""):
    """Return the stream of a nurse's page, and its pulse as it is now."""
    browser = await house.signed_in(Role.NURSE)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    request = Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})
    pulse = await house.console().work.views.pulse(CLINIC, NOW)
    return LivePages(Desk(house.console())).news(request, shown or pulse)


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    monkeypatch.setattr("bot.console.live.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.console.live.BREATH_SECONDS", 0.0)


async def heard(news, word):
    """Read on until this is said, and return it."""
    async with asyncio.timeout(10):
        while (said := await anext(news)) != word:
            pass
    return said


async def test_a_page_hears_that_something_changed_and_not_what(house_on_each):
    house = house_on_each
    case = await house.add(anna(), *intake())
    async with aclosing(await stream(house)) as news:
        await heard(news, BEAT)
        await house.uow.save(case, [OpenTask("message", "m", NOW)])

        assert await heard(news, CHANGED) == CHANGED


async def test_a_page_that_shows_an_older_list_hears_it_at_once(house):
    async with aclosing(await stream(house, shown="older")) as news:
        assert [await anext(news) for _ in range(2)] == ["retry: 2000\n\n", CHANGED]


@pytest.mark.parametrize("how", ["idle", "closing"])
async def test_the_stream_ends_with_the_session_and_with_the_server(house, how):
    async with aclosing(await stream(house)) as news:
        await heard(news, BEAT)
        if how == "idle":
            house.clocks.system += IDLE + timedelta(seconds=1)
        else:
            house.hub.close()

        said = [one async for one in news]

    assert said[-1:] == ([OVER] if how == "idle" else [])
    assert not house.hub._desks


async def test_a_database_that_is_away_ends_no_stream(house, monkeypatch):
    async with aclosing(await stream(house)) as news:
        await heard(news, BEAT)
        monkeypatch.setattr(WorkViews, "pulse", away)

        assert await heard(news, BEAT) == BEAT


async def away(*_):
    raise StorageAway("connect")
