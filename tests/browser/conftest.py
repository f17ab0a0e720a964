"""Debian's Chromium, driven by Playwright; one browser for the whole run, a fresh profile per test."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

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
