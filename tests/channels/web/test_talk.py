"""Sending and receiving on the page."""

import json
from datetime import timedelta

import pytest

from handlers.core.events import Chose, Delivery, Receipt, Said
from handlers.core.messages import Body, Button
from tests.channels.web.fakes import NOON

MINUTE = timedelta(minutes=1)
JSON = {"Accept": "application/json"}
TYPED = {"id": "0f9c2d7e-text", "kind": "text", "text": "My left hand shakes"}
QUESTION = Body("Which hand?", choices=(Button("a:r:1:0", "Left"), Button("a:r:1:1", "Right")))


async def test_a_typed_message_is_acknowledged_with_the_line_it_becomes(patient, chat):
    answer = await patient.post("/chat/messages", json=TYPED, headers=JSON)

    assert answer.status_code == 202
    assert answer.json()["line"] == chat.reader.lines[-1].id
    assert chat.inbox.events()[-1] == Said("My left hand shakes")


async def test_the_same_message_sent_twice_counts_once(patient, chat):
    first = await patient.post("/chat/messages", json=TYPED, headers=JSON)
    again = await patient.post("/chat/messages", json=TYPED, headers=JSON)

    assert first.json() == again.json()
    assert chat.inbox.events().count(Said("My left hand shakes")) == 1


async def test_two_people_may_use_the_same_message_id(chat, client_of):
    for _ in range(2):
        async with client_of(chat) as client:
            await client.post("/chat/start")
            await client.post("/chat/messages", json=TYPED, headers=JSON)

    assert chat.inbox.events().count(Said("My left hand shakes")) == 2


async def test_a_tap_without_a_script_leads_back_to_the_page_with_the_reply(patient, chat):
    chat.reader.say("o1", QUESTION)

    answer = await patient.post("/chat/messages", data={"id": "form-0001", "data": "a:r:1:1"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/#end")
    assert chat.inbox.events()[-1] == Chose("a:r:1:1")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 422),
        (b"{}", 422),
        (json.dumps(TYPED | {"text": "   "}).encode(), 422),
        (json.dumps(TYPED | {"id": "short"}).encode(), 422),
        (json.dumps(TYPED | {"kind": "start"}).encode(), 422),
        (json.dumps(TYPED | {"text": "a" * 100_000}).encode(), 413),
        (b" " * 3_000_000, 413),
    ],
)
async def test_what_is_no_message_is_refused_in_words(patient, chat, body, status):
    answer = await patient.post("/chat/messages", content=body, headers=JSON)

    assert answer.status_code == status
    assert answer.json()["message"]
    assert len(chat.inbox.items) == 1


async def test_somebody_who_sends_too_fast_is_asked_to_wait(patient):
    answers = [
        await patient.post("/chat/messages", json=TYPED | {"id": f"message-{n}"}, headers=JSON)
        for n in range(61)
    ]

    assert [answer.status_code for answer in answers] == [202] * 60 + [429]


async def test_words_of_a_message_are_never_markup(patient, chat):
    chat.reader.say("o1", Body("<script>alert(1)</script>", choices=(Button("x", '"><b>'),)))

    page = (await patient.get("/chat/")).text

    assert "<script>alert" not in page
    assert '"><b>' not in page


async def test_the_newest_question_stands_open_and_older_ones_wait_behind_a_word(patient, chat):
    chat.reader.say("o1", QUESTION, at=NOON - MINUTE)
    await patient.post("/chat/messages", json=TYPED, headers=JSON)
    chat.reader.say("o2", QUESTION, at=NOON + MINUTE)

    page = (await patient.get("/chat/")).text

    assert page.count('<details class="asks">') == 1
    assert page.count('<details class="asks" open>') == 1


async def test_the_page_speaks_the_patients_language(patient, chat):
    chat.reader.language = "ja"

    page = (await patient.get("/chat/")).text

    assert '<html lang="ja"' in page
    assert "送信" in page


async def test_a_message_that_the_page_has_shown_is_delivered(patient, chat):
    chat.reader.say("o1", QUESTION)

    answer = await patient.post("/chat/receipts", json={"ids": ["o1"]}, headers=JSON)

    assert answer.status_code == 204
    assert chat.inbox.events()[-1] == Receipt("o1", Delivery.DELIVERED, "o1")


async def test_nobody_confirms_a_message_that_is_not_theirs_or_was_confirmed(patient, chat):
    chat.reader.say("o1", QUESTION, shown=True)

    await patient.post("/chat/receipts", json={"ids": ["o1", "another"]}, headers=JSON)

    assert len(chat.inbox.items) == 1


async def test_a_poll_returns_at_once_when_there_is_news(patient, chat):
    chat.reader.say("o1", QUESTION)

    news = (await patient.get("/chat/messages?after=old", headers=JSON)).json()

    [line] = news["lines"]
    assert (line["id"], line["from"], line["text"]) == ("o1", "clinic", "Which hand?")
    assert [choice["label"] for choice in line["choices"]] == ["Left", "Right"]


async def test_a_reply_in_the_same_millisecond_stands_below_what_was_said(patient, chat, clock):
    chat.reader.say("o1", QUESTION, at=NOON)
    await patient.post("/chat/messages", json=TYPED, headers=JSON)

    news = (await patient.get("/chat/messages?after=old", headers=JSON)).json()

    assert [line["from"] for line in news["lines"]] == ["me", "clinic"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", "/chat/messages"), ("post", "/chat/files"), ("get", "/chat/events"), ("get", "/chat/messages")],
)
async def test_a_helpers_cookie_opens_nothing_once_their_access_has_ended(patient, chat, method, path):
    chat.reader.over = True
    before = len(chat.inbox.items)

    answer = await getattr(patient, method)(path, headers={**JSON})

    assert (answer.status_code, len(chat.inbox.items)) == (401, before)


async def test_the_page_of_an_ended_helper_shows_no_line_and_takes_the_cookie(patient, chat):
    chat.reader.say("o1", QUESTION)
    chat.reader.over = True

    page = await patient.get("/chat/")

    assert (page.status_code, "has ended" in page.text, QUESTION.text in page.text) == (410, True, False)
    assert "yorisoi-chat" not in patient.cookies
