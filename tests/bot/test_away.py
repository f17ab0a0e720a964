"""While nothing can be stored: 503 everywhere, and when to come back."""

import errno
from types import SimpleNamespace
from uuid import uuid4

import httpx2
import pytest

from bot.channels.deliveries import store_delivery
from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from bot.front_chat import make_web_chat
from bot.front_console import make_console
from bot.health import Health
from bot.web import make_web
from handlers.errors import StorageAway

PERSON = {"accept": "text/html", "accept-language": "en"}
PAGE = {"accept": "application/json", "accept-language": "en"}


@pytest.fixture
async def base(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as opened:
        await make_clinic(opened)
        yield opened


@pytest.fixture
async def visitor(base):
    chat = await make_web_chat(base, "Sample Clinic")
    console = make_console(base, SimpleNamespace(team=None), chat.hub)
    app = make_web(base, chat, console, SimpleNamespace(routers=()), Health(base))
    transport = httpx2.ASGITransport(app=app)
    origin = "http://127.0.0.1:8000"
    async with httpx2.AsyncClient(
        transport=transport, base_url=origin, headers={"Origin": origin}, follow_redirects=False
    ) as client:
        yield client


@pytest.fixture
async def patient(visitor):
    """Somebody whose page is open."""
    await visitor.post("/chat/start")
    return visitor


@pytest.fixture
def away(base, monkeypatch):
    """Take the database away until called."""

    async def refuse(*_, **__):
        raise StorageAway("disk-full")

    with monkeypatch.context() as changed:
        changed.setattr(base.stores.database, "write", refuse)
        changed.setattr(base.stores.database, "read", refuse)
        yield


@pytest.mark.parametrize("path", ["/chat/", "/console/sign-in"])
async def test_a_person_is_told_on_a_page(patient, away, path):
    answer = await patient.get(path, headers=PERSON)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "cannot store anything at the moment" in answer.text


async def test_the_chat_s_script_is_told_that_a_message_is_not_stored(patient, away):
    sent = {"id": str(uuid4()), "kind": "text", "text": "hello"}

    answer = await patient.post("/chat/messages", json=sent, headers=PAGE)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "cannot store" in answer.json()["message"]


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
async def test_a_program_gets_503(visitor, away, path):
    answer = await visitor.get(path)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_the_reason_stands_in_readyz(visitor, away):
    answer = await visitor.get("/readyz")

    assert answer.json() == {"ready": False, "reasons": ["database: disk-full"]}


async def test_trouble_with_writing_shows_although_reading_works_and_ends_by_itself(base):
    base.stores.database.trouble.begin("disk-full")

    reasons = await Health(base).reasons()

    assert not [reason for reason in reasons if "database" in reason]
    assert base.stores.database.trouble.code == ""


async def test_a_file_that_finds_no_room_is_refused_with_503(patient, base, monkeypatch):
    async def full(*_, **__):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("bot.channels.web.talk.receive_file", full)

    answer = await patient.post("/chat/files", files={"file": ("a.pdf", b"%PDF", "application/pdf")})

    assert answer.status_code == 503


async def test_a_delivery_that_could_not_be_stored_is_not_acknowledged():
    class Receiver:
        async def take(self, account, pieces):
            raise StorageAway("down")

    answer = await store_delivery(SimpleNamespace(name="main"), Receiver(), [])

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
