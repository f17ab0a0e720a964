"""The webhook: secret, size, commit, and only then 200."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from bot.channels.deliveries import MOST_BYTES
from bot.channels.telegram.connection import Connection
from bot.channels.telegram.webhook import HEADER, Hook, keep_trying_to_set_webhook, webhook_router
from bot.listening import take_address
from bot.receiver import Account, Receiver
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import SettingError
from tests.channels.telegram import updates as given_
from tests.fakes.inbox import DatabaseDown, FakeInbox, StillClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "Zr0-" + "s" * 40
ACCOUNT = Account(ClinicId("default"), ChannelKind.TELEGRAM, "main")
PATH = "/webhooks/telegram/main"
UPDATE = json.dumps(given_.message(text="hello")).encode()


@pytest.fixture
def inbox():
    return FakeInbox()


@pytest.fixture
def app(inbox):
    app = FastAPI()
    hook = Hook(ACCOUNT, "7000000001", SECRET)
    app.include_router(webhook_router({"main": hook}, Receiver(inbox, StillClock(NOON))))
    return app


@pytest.fixture
async def web(app):
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://clinic.example") as client:
        yield client


async def deliver(web, body=UPDATE, *, secret=SECRET, path=PATH):
    headers = {} if secret is None else {HEADER: secret}
    return (await web.post(path, content=body, headers=headers)).status_code


async def test_an_update_is_acknowledged_once_it_is_stored(web, inbox):
    status = await deliver(web)

    assert status == 200
    assert [(row.account, row.raw, row.conversation) for row in inbox.rows] == [
        ("main", UPDATE, str(given_.CHAT))
    ]


async def test_an_update_that_comes_again_is_acknowledged_and_counts_once(web, inbox):
    statuses = [await deliver(web) for _ in range(3)]

    assert (statuses, len(inbox.rows)) == ([200, 200, 200], 1)


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "s", SECRET.lower(), "\xe9" * 44]
)
async def test_a_wrong_secret_is_refused_and_nothing_is_stored(web, inbox, secret):
    secret = secret if secret is None else secret.encode("latin-1")

    status = await deliver(web, secret=secret)

    assert (status, inbox.rows) == (403, [])


async def test_a_body_is_not_read_before_the_secret_is_known(web):
    async def endless():
        raise AssertionError("read")
        yield b""

    answer = await web.post(PATH, content=endless(), headers={HEADER: "wrong"})

    assert answer.status_code == 403


async def test_an_unknown_account_is_not_found(web, inbox):
    assert await deliver(web, path="/webhooks/telegram/other") == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\x00", b"[]", b"null", b'{"update_id": 1}', b"[" * 100_000]
)
async def test_whatever_it_holds_it_is_stored_and_acknowledged(web, inbox, body):
    status = await deliver(web, body)

    assert (status, [row.raw for row in inbox.rows]) == (200, [body])


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
async def test_a_body_has_a_largest_size(web, size, status):
    assert await deliver(web, b"x" * size) == status


async def test_a_body_without_a_length_has_a_largest_size_too(web):
    async def pieces():
        for _ in range(4):
            yield b"x" * 1024 * 1024

    assert await deliver(web, pieces()) == 413


async def test_while_the_database_is_down_the_service_is_asked_to_repeat(web, inbox):
    inbox.faults = [DatabaseDown()]

    statuses = [await deliver(web), await deliver(web)]

    assert (statuses, len(inbox.rows)) == ([503, 200], 1)


@pytest.mark.parametrize("secret", ["", "short", "s" * 31, "s" * 257, "s" * 40 + "!", "s" * 40 + "\n"])
def test_a_secret_that_is_missing_or_weak_stops_the_start(secret):
    with pytest.raises(SettingError, match="YORISOI_TELEGRAM_WEBHOOK_SECRET"):
        Hook(ACCOUNT, "1", secret)


def test_a_hook_does_not_show_its_secret():
    assert SECRET not in repr(Hook(ACCOUNT, "1", SECRET))


@asynccontextmanager
async def served(app):
    listener = take_address("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
    finally:
        server.should_exit = True
        await task


async def fail(fault):
    raise fault


async def nobody():
    pass


async def test_the_service_delivers_to_the_webhook_again_until_it_is_stored(app, inbox, provider, connection):
    inbox.faults = [DatabaseDown()]
    async with served(app) as url:
        await keep_trying_to_set_webhook(connection.bot, url, SECRET, on_fault=fail, on_well=nobody)
        await provider.say(given_.CHAT, "hello")

        await inbox.holds(1)
        tries = await provider.wait_for(method="webhook", count=2)

    assert [line["verdict"] for line in tries] == ["503", "200"]


async def test_the_webhook_is_set_as_soon_as_the_service_is_there(provider, connection):
    await provider.faults("html-502", "reset", "401", method="setWebhook")
    naps, faults = [], []

    async def sleep(seconds):
        naps.append(seconds)

    async def note(fault):
        faults.append(fault.code)

    async def well():
        faults.append("")

    await keep_trying_to_set_webhook(
        connection.bot, "http://127.0.0.1:9/x", SECRET, on_fault=note, on_well=well, sleep=sleep
    )

    assert (naps, faults) == ([1.0, 2.0, 60.0], ["401", ""])
    assert (await provider.bot())["webhook"]["secret"] == SECRET


def test_a_connection_can_be_made_while_telegram_is_away():
    assert Connection("1:x", api="http://127.0.0.1:9").bot_id == "1"
