from types import SimpleNamespace

import httpx2
import pytest

from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from bot.front_chat import make_web_chat
from bot.front_console import make_console
from bot.web import make_web

PERSON = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def visitor(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        chat = await make_web_chat(base, "Sample Clinic")
        console = make_console(base, SimpleNamespace(team=None), chat.hub)
        app = make_web(base, chat, console, SimpleNamespace(routers=()), SimpleNamespace())
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield client


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/chat/nowhere", 404, "There is no page at this address."),
        ("/chat/start", 405, "There is no page at this address."),
        ("/console/nowhere", 404, "There is nothing here"),
        ("/console/sign-out", 405, "There is nothing here"),
    ],
)
async def test_a_person_at_a_wrong_address_gets_a_page(visitor, path, status, words):
    answer = await visitor.get(path, headers=PERSON)

    assert answer.status_code == status
    assert words in answer.text


async def test_a_program_at_a_wrong_address_gets_json(visitor):
    answer = await visitor.get("/chat/nowhere", headers={"accept": "application/json"})

    assert answer.json() == {"detail": "Not Found"}
