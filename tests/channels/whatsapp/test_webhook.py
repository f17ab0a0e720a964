"""The webhook: signature, size, commit, and only then 200."""

import asyncio
import hashlib
import hmac
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given, strategies as st

from bot.channels.deliveries import MOST_BYTES
from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.signature import HEADER, is_signed, sign
from bot.channels.whatsapp.webhook import Hook, webhook_router
from bot.listening import take_address
from bot.receiver import Account, Receiver
from handlers.core.events import Chose, Said
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import SettingError
from tests.channels.whatsapp import webhooks as given_
from tests.channels.whatsapp.webhooks import NUMBER, USER, raw, said
from tests.fakes.inbox import DatabaseDown, FakeInbox, StillClock
from tests.fakes.provider.client import WHATSAPP_SECRET as SECRET

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACCOUNT = Account(ClinicId("default"), ChannelKind.WHATSAPP, "main")
PATH = "/webhooks/whatsapp/main"
BODY = raw(given_.messages(said("h\xe9llo")))


@pytest.fixture
def inbox():
    return FakeInbox()


@pytest.fixture
def app(inbox):
    app = FastAPI()
    hook = Hook(ACCOUNT, NUMBER, SECRET, "a-verify-token")
    app.include_router(webhook_router({"main": hook}, Receiver(inbox, StillClock(NOON))))
    return app


@pytest.fixture
async def web(app):
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://clinic.example") as client:
        yield client


async def deliver(web, body=BODY, signature=None, *, path=PATH):
    signature = sign(SECRET, body) if signature is None else signature
    return (await web.post(path, content=body, headers={HEADER: signature})).status_code


async def test_a_delivery_is_acknowledged_once_it_is_stored(web, inbox):
    status = await deliver(web)

    assert status == 200
    assert [(row.account, row.conversation) for row in inbox.rows] == [("main", USER)]


async def test_a_delivery_that_comes_again_counts_once(web, inbox):
    statuses = [await deliver(web) for _ in range(3)]

    assert (statuses, len(inbox.rows)) == ([200, 200, 200], 1)


def digest(secret=SECRET, body=BODY, name="sha256", kind=hashlib.sha256):
    return f"{name}={hmac.new(secret.encode(), body, kind).hexdigest()}"


FORGED = [
    "",
    "sha256=",
    "sha256=" + "0" * 64,
    digest(secret="another app's"),
    digest(body=json.dumps(json.loads(BODY), ensure_ascii=False).encode()),
    digest(name="sha1", kind=hashlib.sha1),
    digest(name="sha1"),
    digest()[7:],
    digest()[:-1],
    digest() + "0",
    digest().upper(),
    f" {digest()},{digest()}",
]


@pytest.mark.parametrize("signature", FORGED, ids=range(len(FORGED)))
async def test_a_forged_signature_is_refused_and_nothing_is_stored(web, inbox, signature):
    status = await deliver(web, signature=signature)

    assert (status, inbox.rows) == (401, [])


@pytest.mark.parametrize("headers", [[], [(HEADER, sign(SECRET, BODY))] * 2, [("X-Hub-Signature", digest())]])
async def test_a_signature_that_is_missing_or_double_is_refused(web, inbox, headers):
    answer = await web.post(PATH, content=BODY, headers=headers)

    assert (answer.status_code, inbox.rows) == (401, [])


async def test_a_signature_beyond_ascii_is_refused(web):
    answer = await web.post(PATH, content=BODY, headers=[(HEADER.encode(), b"sha256=" + b"\xe9" * 64)])

    assert answer.status_code == 401


@given(st.integers(0, len(BODY) * 8 - 1))
def test_no_bit_of_a_body_can_be_changed(at):
    changed = bytearray(BODY)
    changed[at // 8] ^= 1 << (at % 8)

    assert not is_signed(SECRET, bytes(changed), sign(SECRET, BODY))


def test_without_a_secret_nothing_is_signed():
    assert not is_signed("", BODY, sign("", BODY))


async def test_a_body_is_not_read_before_there_is_a_signature(web):
    async def endless():
        raise AssertionError("read")
        yield b""

    assert (await web.post(PATH, content=endless())).status_code == 401


async def test_an_unknown_account_is_not_found(web):
    assert await deliver(web, path="/webhooks/whatsapp/other") == 404


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\x00", b"[]", b"null", b"[" * 100_000])
async def test_a_signed_body_that_cannot_be_read_is_one_row_under_its_hash(web, inbox, body):
    status = await deliver(web, body)

    assert (status, [row.dedupe_key for row in inbox.rows]) == (
        200,
        [f"raw:{hashlib.sha256(body).hexdigest()}"],
    )


async def test_what_is_another_numbers_is_not_found_and_not_stored(web, inbox):
    status = await deliver(web, raw(given_.messages(said(), number="9")))

    assert (status, inbox.rows) == (404, [])


async def test_beside_another_numbers_ours_is_stored(web, inbox):
    mixed = given_.body(
        given_.change(number="9", messages=[said()]), given_.change(messages=[said("mine", wamid="w2")])
    )

    status = await deliver(web, raw(mixed))

    assert (status, [parse(row.raw).what for row in inbox.rows]) == (200, [Said("mine")])


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
async def test_a_body_has_a_largest_size(web, size, status):
    assert await deliver(web, b"x" * size) == status


async def test_while_the_database_is_down_meta_is_asked_to_repeat(web, inbox):
    inbox.faults = [DatabaseDown()]

    statuses = [await deliver(web), await deliver(web)]

    assert (statuses, len(inbox.rows)) == ([503, 200], 1)


def asked(**changed):
    known = {"mode": "subscribe", "verify_token": "a-verify-token", "challenge": "1158201444"}
    return {f"hub.{name}": value for name, value in (known | changed).items() if value is not None}


async def test_the_handshake_gives_the_challenge_back(web):
    answer = await web.get(PATH, params=asked())

    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "changed",
    [
        {"verify_token": "wrong"},
        {"verify_token": "\xe9"},
        {"verify_token": None},
        {"mode": "unsubscribe"},
        {"challenge": None},
        {"challenge": "x\ny"},
    ],
)
async def test_a_handshake_that_is_not_ours_is_refused(web, changed):
    assert (await web.get(PATH, params=asked(**changed))).status_code == 403


async def test_a_handshake_with_an_unknown_account_is_not_found(web):
    assert (await web.get("/webhooks/whatsapp/other", params=asked())).status_code == 404


@pytest.mark.parametrize(
    ("ours", "status", "kept"), [("318240559917736", 200, 1), ("7", 404, 0), ("", 200, 1)]
)
async def test_news_of_another_business_account_are_not_ours(inbox, ours, status, kept):
    app = FastAPI()
    hook = Hook(ACCOUNT, NUMBER, SECRET, "a-verify-token", ours)
    app.include_router(webhook_router({"main": hook}, Receiver(inbox, StillClock(NOON))))
    deleted = given_.body({"field": "account_update", "value": {"event": "ACCOUNT_DELETED"}})

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as web:
        assert await deliver(web, raw(deleted)) == status

    assert len(inbox.rows) == kept


@pytest.mark.parametrize(("secret", "token"), [("", "t"), ("s", "")])
def test_a_secret_that_is_missing_stops_the_start(secret, token):
    with pytest.raises(SettingError, match="YORISOI_WHATSAPP_APP_SECRET"):
        Hook(ACCOUNT, NUMBER, secret, token)


def test_a_hook_does_not_show_its_secrets():
    assert SECRET not in repr(Hook(ACCOUNT, NUMBER, SECRET, "t"))


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


async def test_what_comes_batched_repeated_and_out_of_order_is_stored_once_each(app, inbox, provider):
    inbox.faults = [DatabaseDown()]
    patient = provider.whatsapp_patient()
    async with served(app) as url:
        await provider.whatsapp("delivery", batch=7, copies=3, shuffle=True, held=True)
        await provider.connect_whatsapp(url)
        for number in range(20):
            await patient.say(f"h\xe9 {number}")
        await provider.whatsapp("delivery", held=False)

        rows = await inbox.holds(20)
        assert not await provider.whatsapp_pending(wait=10)

    assert sorted(parse(row.raw).what.text for row in rows) == sorted(
        f"h\xe9 {number}" for number in range(20)
    )


@pytest.mark.parametrize(("token", "told"), [("a-verify-token", (200, True)), ("another", (403, False))])
async def test_meta_delivers_to_an_address_that_knows_its_token(app, provider, token, told):
    async with served(app) as url:
        await provider.connect_whatsapp(url)
        answer = await provider.whatsapp("handshake", token=token)

    assert (answer["status"], answer["known"]) == told


async def test_a_tap_comes_back_as_the_buttons_id(app, inbox, provider, channel):
    patient = provider.whatsapp_patient(phone="")
    async with served(app) as url:
        await provider.connect_whatsapp(url)
        await patient.say("hello")
        await channel.send(given_.outbound(given_.QUESTION, address=USER))
        await patient.tap("Yes")

        rows = await inbox.holds(4)
        assert not await provider.whatsapp_pending(wait=10)

    assert Chose("a:resp1:0:0") in [parse(row.raw).what for row in rows]
