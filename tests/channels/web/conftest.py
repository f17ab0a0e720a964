"""A web chat in memory: the routes are real, what stands behind them remembers."""

from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

import locales
from bot.channels.web import Brakes, Cookies, Drafts, Hub, Tokens, Uploads, WebChat, chat_routes
from bot.ids import SystemIds
from bot.web_guard import SecurityHeaders
from tests.channels.web.fakes import Chat, FakeClock, FakeEmails, FakeIdentity, FakeMail, FakeTries

ORIGIN = "http://chat.example"
KEY = b"k" * 32
CATALOGS = locales.Catalogs(Path(locales.__file__).parent)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def chat(tmp_path, clock):
    now = clock.now
    memory = Chat()
    return WebChat(
        clinic="default",
        account="main",
        clinic_name="Sakura Clinic",
        public_url=ORIGIN,
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
        clock=clock,
        now_system=now,
        ids=SystemIds(now),
        hub=Hub(now),
        uploads=Uploads(tmp_path / "uploads"),
        drafts=Drafts(tmp_path / "drafts", tmp_path / "uploads", KEY),
        cookies=Cookies(KEY, https=False, clinic="default", account="main"),
        tokens=Tokens(KEY, now),
        brakes=Brakes.usual(now, FakeTries()),
    )


@pytest.fixture
def client_of():
    """Open the pages of a chat as a browser does; the caller's test closes with it."""
    return open_client


def open_client(chat, **options):
    app = FastAPI()
    app.include_router(chat_routes(chat))
    app.add_middleware(SecurityHeaders, https=False)
    options = {"headers": {"Origin": ORIGIN}} | options
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ORIGIN, **options)


@pytest.fixture
async def client(chat):
    async with open_client(chat) as client:
        yield client


@pytest.fixture
async def patient(client):
    """Somebody who has begun: a client with the cookie."""
    await client.post("/chat/start")
    return client
