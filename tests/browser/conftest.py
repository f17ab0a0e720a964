"""Debian's Chromium, driven by Playwright; one browser for the whole run, a fresh profile per test.

And the chat page, served alone, with nothing behind it but memory.
"""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import async_playwright, expect

from bot.channels.web import Brakes, Cookies, Drafts, Hub, Tokens, Uploads, WebChat, chat_routes
from bot.clock import SystemClock, system_now
from bot.ids import SystemIds
from bot.listening import take_address
from bot.web_guard import SecurityHeaders
from tests.channels.web.conftest import CATALOGS, KEY
from tests.channels.web.fakes import Chat, FakeEmails, FakeIdentity, FakeMail, FakeTries
from tests.lacking import lacking

CHROMIUM = Path(os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium")
HAS_CHROMIUM = CHROMIUM.exists()
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
async def browser():
    if not HAS_CHROMIUM:
        lacking("YORISOI_BROWSER_REQUIRED", f"no {CHROMIUM}: apt-get install -y chromium, or set CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def context_of(browser):
    """Open browser profiles; `problems` collects every script error that their pages report."""
    opened = []

    async def open_context(**options):
        context = await browser.new_context(**{"viewport": PHONE, "locale": "en-GB"} | options)
        context.problems = []
        context.on("weberror", lambda error: context.problems.append(str(error.error)))
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        await context.close()


@pytest.fixture
async def context(context_of):
    return await context_of()


@pytest.fixture
async def page(context):
    return await context.new_page()


@pytest.fixture
async def chat(tmp_path):
    memory = Chat()
    return WebChat(
        clinic="default",
        account="main",
        clinic_name="Sakura Clinic",
        public_url="http://127.0.0.1",
        demo=True,
        is_open=True,
        language="en",
        offered=lambda: ("en", "ja"),
        max_file_bytes=300_000,
        inbox=memory,
        reader=memory,
        emails=FakeEmails(),
        identity=FakeIdentity(),
        invited=memory.invited,
        mail=FakeMail(),
        catalogs=CATALOGS,
        clock=SystemClock(),
        now_system=system_now,
        ids=SystemIds(system_now),
        hub=Hub(system_now),
        uploads=Uploads(tmp_path / "uploads"),
        drafts=Drafts(tmp_path / "drafts", tmp_path / "uploads", KEY),
        cookies=Cookies(KEY, https=False, clinic="default", account="main"),
        tokens=Tokens(KEY, system_now),
        brakes=Brakes.usual(system_now, FakeTries()),
    )


@pytest.fixture
async def address(chat):
    """The pages, served on a free port of this machine."""
    app = FastAPI()
    app.include_router(chat_routes(chat))
    app.add_middleware(SecurityHeaders, https=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    # Listening before the server runs: a page that comes too early waits instead of failing.
    listener = take_address("127.0.0.1", 0)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    chat.hub.close()
    server.should_exit = True
    await serving


@pytest.fixture
async def begun(page, address):
    """A page on which somebody has pressed Continue."""
    await page.goto(f"{address}/chat/")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator("html.ready")).to_be_visible()
    return page
