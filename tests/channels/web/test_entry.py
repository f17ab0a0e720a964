"""Coming into the chat."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.web import Cookies
from bot.channels.web.tokens import Link, LinkKind
from handlers.core.events import Started
from handlers.core.messages import Body


async def test_looking_at_the_start_page_begins_nothing(client, chat):
    page = await client.get("/chat/")

    assert "Talk to" in page.text
    assert chat.inbox.items == []


async def test_continue_makes_a_contact_with_a_cookie_and_leads_to_the_chat(client, chat):
    answer = await client.post("/chat/start?lang=ja")

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/")
    assert chat.inbox.events() == [Started("", "ja")]
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("yorisoi-chat=", "HttpOnly", "SameSite=lax", "Path=/"))


async def only_invited():
    return True


@pytest.mark.parametrize("shut", [{"is_open": False}, {"shuts": only_invited}], ids=["usual", "chosen"])
async def test_without_an_open_link_nobody_begins_uninvited(chat, client_of, shut):
    async with client_of(replace(chat, **shut)) as client:
        answer = await client.post("/chat/start")

    assert answer.status_code == 403
    assert chat.inbox.items == []


async def test_a_link_preview_does_not_spend_an_invitation(client, chat):
    page = await client.get("/chat/i/good")

    assert "Continue" in page.text
    assert chat.inbox.items == []


async def test_marks_that_a_messenger_took_for_a_part_of_the_link_do_no_harm(client, chat):
    await client.post("/chat/i/good\u2069")

    assert chat.inbox.events() == [Started("good", "en")]


async def test_a_post_spends_an_invitation_and_its_token_leaves_the_address_bar(client, chat):
    answer = await client.post("/chat/i/good")

    assert answer.headers["location"] == "/chat/"
    assert chat.inbox.events() == [Started("good", "en")]


def begin_in(page):
    return re.search(r'name="begin" value="([^"]+)"', page.text)[1]


@pytest.mark.parametrize(("page", "action"), [("/chat/", "/chat/start"), ("/chat/i/good", "/chat/i/good")])
async def test_a_double_tap_on_continue_begins_one_conversation(client, chat, page, action):
    begin = begin_in(await client.get(page))

    for _ in range(2):
        await client.post(action, data={"begin": begin})

    assert len(chat.inbox.items) == 1


async def test_the_second_tap_leads_into_the_chat_though_the_first_has_spent_the_invitation(client, chat):
    begin = begin_in(await client.get("/chat/i/good"))
    await client.post("/chat/i/good", data={"begin": begin})
    chat.inbox.invitations.clear()
    chat.inbox.say("o1", Body("Hello"))
    client.cookies.clear()

    answer = await client.post("/chat/i/good", data={"begin": begin})

    assert answer.headers["location"] == "/chat/"


async def test_two_pages_begin_two_conversations(client, chat):
    for _ in range(2):
        await client.post("/chat/start", data={"begin": begin_in(await client.get("/chat/"))})
        client.cookies.clear()

    assert len({item.conversation for item in chat.inbox.items}) == 2


@pytest.fixture
def way_back(chat):
    return f"/chat/r/{chat.tokens.make(LinkKind.RETURN, Link('somebody', 'maria@example.com'))}"


async def test_a_second_tap_on_the_way_back_from_an_email_leads_into_the_chat_too(client, way_back):
    begin = begin_in(await client.get(way_back))
    await client.post(way_back, data={"begin": begin})
    client.cookies.clear()

    assert (await client.post(way_back, data={"begin": begin})).status_code == 303


async def test_another_page_cannot_use_the_same_way_back_again(client, way_back):
    await client.post(way_back, data={"begin": begin_in(await client.get(way_back))})
    client.cookies.clear()

    assert (
        await client.post(way_back, data={"begin": begin_in(await client.get(way_back))})
    ).status_code == 410
    assert (await client.post(way_back)).status_code == 410


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_spent_invitation_says_so(client, chat, method):
    answer = await client.request(method, "/chat/i/spent")

    assert answer.status_code == 410
    assert chat.inbox.items == []


async def test_a_forged_cookie_opens_nothing(client, chat):
    forged = Cookies(b"x" * 32, https=False, clinic="default", account="main")
    client.cookies.set(forged.name, "somebody.0.AAAA")

    answer = await client.get("/chat/events", headers={"Accept": "application/json"})

    assert answer.status_code == 401


async def test_over_https_the_cookie_takes_its_strict_form(chat, client_of):
    strict = Cookies(b"k" * 32, https=True, clinic="default", account="main")

    async with client_of(replace(chat, cookies=strict)) as client:
        answer = await client.post("/chat/start")

    assert answer.headers["set-cookie"].startswith("__Host-yorisoi-chat=")
    assert "Secure" in answer.headers["set-cookie"]


async def test_after_long_silence_the_birth_date_is_asked_before_anything_is_shown(patient, chat):
    chat.identity.silent = True

    page = await patient.get("/chat/")

    assert 'name="birth_date"' in page.text
    assert 'id="log"' not in page.text


async def test_the_right_birth_date_opens_the_chat_for_thirty_days(patient, chat, clock):
    chat.identity.silent = True

    await patient.post("/chat/identity", data={"birth_date": "1958-03-07"})

    assert 'id="log"' in (await patient.get("/chat/")).text
    clock.pass_time(timedelta(days=31))
    assert 'name="birth_date"' in (await patient.get("/chat/")).text


async def test_five_wrong_birth_dates_lock_even_the_right_one_out(patient, chat):
    chat.identity.silent = True
    for _ in range(5):
        await patient.post("/chat/identity", data={"birth_date": "1958-07-03"})

    answer = await patient.post("/chat/identity", data={"birth_date": "1958-03-07"})

    assert answer.status_code == 429


@pytest.mark.parametrize("path", ["/chat/messages", "/chat/files", "/chat/receipts"])
async def test_a_stranger_can_send_nothing(client, chat, path):
    answer = await client.post(path, json={"id": "12345678"}, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert chat.inbox.items == []


async def test_the_emergency_text_needs_neither_a_conversation_nor_a_script(client):
    page = await client.get("/chat/emergency")

    assert "119" in page.text


async def test_the_entrance_offers_only_the_languages_that_somebody_may_begin_in(client):
    page = (await client.get("/chat/")).text

    assert re.findall(r'hreflang="([^"]+)"', page) == ["en", "ja"]
