"""What every page is wrapped in."""

import pytest

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://chat.example"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_form_on_a_foreign_page_changes_nothing(chat, client_of, headers):
    async with client_of(chat, headers=headers) as client:
        answer = await client.post("/chat/start")

    assert answer.status_code == 403
    assert chat.inbox.items == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://chat.example"}])
async def test_a_form_of_ours_is_taken(chat, client_of, headers):
    async with client_of(chat, headers=headers) as client:
        answer = await client.post("/chat/start")

    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/chat/", "/chat/i/spent", "/chat/nowhere", "/chat/emergency"])
async def test_every_answer_carries_the_security_headers(client, path):
    headers = (await client.get(path)).headers

    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


async def test_pages_hold_no_inline_script_or_style(patient):
    page = (await patient.get("/chat/")).text

    assert "style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count("<script src=") + page.count('type="module" src=') + 1


async def test_static_files_are_kept_only_under_their_mark(client):
    page = (await client.get("/chat/")).text
    marked = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    assert "immutable" in (await client.get(marked)).headers["cache-control"]
    assert (await client.get("/chat/static/chat.css")).headers["cache-control"] == "no-cache"
    assert (await client.get("/chat/static/nothing.css")).status_code == 404
