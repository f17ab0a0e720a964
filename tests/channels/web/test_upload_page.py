"""Our own page for large files: piece by piece, once, by one browser."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.web.tokens import Link, LinkKind
from bot.channels.web.upload_links import upload_link
from bot.channels.web.uploads import CHUNK
from handlers.core.events import FileKind, SentDocument
from handlers.core.internal import UPLOADED, read_internal, uploaded_item
from handlers.core.values import ChannelKind, ContactPoint
from tests.channels.web.fakes import NOON

POINT = ContactPoint(ChannelKind.TELEGRAM, "main", "4711")
CONTENT = bytes(range(256)) * 1000
SAID = {"name": "mri.zip", "size": len(CONTENT), "modified": 5, "mime": "application/zip"}


class Inbox:
    def __init__(self):
        self.items = {}

    async def add(self, items, *, now):
        self.items |= {item.dedupe_key: item for item in items}
        return len(items)

    def sent(self):
        return [(item.conversation, read_internal(item.raw).what) for item in self.items.values()]


@pytest.fixture
def chat(chat):
    return replace(chat, inbox=Inbox())


@pytest.fixture
def link(chat):
    return upload_link("", chat.tokens, POINT)


def page_at(chat, link, point=POINT):
    """Return where the page of a link is: under its short name."""
    return f"/upload/at/{chat.drafts.link(link.removeprefix('/upload/'), point)}"


@pytest.fixture
def page(chat, link):
    return page_at(chat, link)


@pytest.fixture
async def sender(client, link):
    await client.post(link)
    return client


async def offer(client, page, **said):
    return await client.post(f"{page}/files", json=SAID | said)


async def put(client, page, ident, offset, until):
    query = {"size": str(len(CONTENT)), "offset": str(offset)}
    return await client.put(f"{page}/files/{ident}", params=query, content=CONTENT[offset:until])


async def all_of_it(client, page):
    """Send the whole file in two pieces; return its id."""
    ident = (await offer(client, page)).json()["id"]
    first = (await put(client, page, ident, 0, 2 * CHUNK)).json()["offset"]
    await put(client, page, ident, first, len(CONTENT))
    return ident


async def content_of(chat, ref):
    pieces = chat.uploads.read(ref.removeprefix(UPLOADED), limit_bytes=10**9)
    return b"".join([piece async for piece in pieces])


async def test_a_file_in_pieces_comes_in_whole_as_its_senders(sender, chat, page):
    ident = await all_of_it(sender, page)

    answer = await sender.post(f"{page}/files/{ident}/done", json=SAID)

    [(conversation, sent)] = chat.inbox.sent()
    assert (answer.status_code, conversation, sent.name, sent.kind) == (
        202, "4711", "mri.zip", FileKind.DOCUMENT,
    )  # fmt: skip
    assert await content_of(chat, sent.ref) == CONTENT


async def test_a_line_that_is_cut_costs_what_was_under_way(sender, page):
    ident = (await offer(sender, page)).json()["id"]

    cut = await put(sender, page, ident, 0, CHUNK + 5)

    assert cut.json() == {"offset": CHUNK}
    assert (await offer(sender, page)).json() == {"id": ident, "offset": CHUNK}


async def test_a_piece_at_the_wrong_place_is_told_the_right_one(sender, page):
    ident = (await offer(sender, page)).json()["id"]
    await put(sender, page, ident, 0, CHUNK)

    again = await put(sender, page, ident, 0, CHUNK)

    assert (again.status_code, again.json()) == (409, {"offset": CHUNK})


async def test_a_file_that_is_not_whole_is_not_handed_on(sender, chat, page):
    ident = (await offer(sender, page)).json()["id"]
    await put(sender, page, ident, 0, CHUNK)

    assert (await sender.post(f"{page}/files/{ident}/done", json=SAID)).status_code == 409
    assert chat.inbox.sent() == []


async def test_a_file_counts_once_however_often_it_is_sent(sender, chat, page):
    ident = await all_of_it(sender, page)
    for _ in range(2):
        await sender.post(f"{page}/files/{ident}/done", json=SAID)

    assert (await offer(sender, page)).json()["offset"] == len(CONTENT)
    assert len(chat.inbox.sent()) == 1


async def test_nothing_of_a_draft_is_readable_on_the_disk(sender, page, tmp_path):
    await all_of_it(sender, page)

    drafts = [path.read_bytes() for path in (tmp_path / "drafts").iterdir()]

    assert not any(CONTENT[:64] in draft for draft in drafts)


async def test_looking_at_a_link_spends_nothing_and_one_browser_holds_it(client, client_of, chat, link, page):
    looked = await client.get(link)
    await client.post(link)
    async with client_of(chat) as other:
        refused = await other.post(link)
        offered = await offer(other, page)

    assert (looked.status_code, refused.status_code, offered.status_code) == (200, 410, 410)
    assert "Choose a folder" in (await client.get(page)).text


async def test_the_link_leaves_the_address_bar_and_its_cookie_is_this_pages_alone(client, link, page):
    answer = await client.post(link)

    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/upload;", "Max-Age=604800"))
    assert link.removeprefix("/upload/") not in (await client.get(page)).text


async def test_who_comes_by_the_same_link_again_is_led_to_the_page(sender, client_of, chat, link, page):
    async with client_of(chat) as from_elsewhere:
        assert (await from_elsewhere.get(link)).status_code == 200

    for answer in (await sender.get(link), await sender.post(link)):
        assert (answer.status_code, answer.headers["Location"]) == (303, page)


async def test_a_cookie_opens_no_other_links_page(sender, chat, page):
    other = upload_link("", chat.tokens, POINT)
    [(name, value)] = sender.cookies.items()
    sender.cookies.set(name.replace(page[-32:], page_at(chat, other)[-32:]), value, path="/upload")

    assert (await sender.get(page_at(chat, other))).status_code == 410


async def test_a_link_is_over_when_all_is_sent(sender, page):
    await sender.post(f"{page}/done")

    assert (await sender.get(page)).status_code == 410
    assert (await offer(sender, page)).status_code == 410


async def test_a_link_is_over_after_a_week(sender, clock, page):
    clock.pass_time(timedelta(days=7, seconds=1))

    assert (await offer(sender, page)).status_code == 410


@pytest.mark.parametrize(
    ("said", "status"),
    [({"size": 300_001}, 413), ({"size": 0}, 422), ({"name": "a" * 501}, 422), ({"modified": -1}, 422)],
)
async def test_what_is_too_large_or_no_file_is_refused_before_it_is_sent(sender, page, said, status):
    assert (await offer(sender, page, **said)).status_code == status


async def test_only_a_link_of_this_kind_leads_here(client, chat):
    other = chat.tokens.make(LinkKind.BEGIN, Link("telegram\x1fmain\x1f4711"))

    assert [(await client.get(f"/upload/{token}")).status_code for token in ("x", other)] == [410, 410]


async def test_another_page_cannot_send_here(client, link):
    foreign = {"Origin": "http://elsewhere.example"}

    assert (await client.post(link, headers=foreign)).status_code == 403


def test_what_came_by_the_page_is_read_back_as_it_was():
    sent = SentDocument("upload:a.b", FileKind.PHOTO, name="a.jpg", mime="image/jpeg", size=5, album="x")

    assert read_internal(uploaded_item("i", sent, at=NOON)).what == sent


async def test_what_somebody_who_is_erased_had_begun_is_deleted_and_their_link_is_over(sender, chat, page):
    ident = (await offer(sender, page)).json()["id"]
    await put(sender, page, ident, 0, CHUNK)
    point = replace(POINT, address="4712")
    other = upload_link("", chat.tokens, point)
    await sender.post(other)
    others = page_at(chat, other, point)
    kept = (await offer(sender, others)).json()["id"]

    chat.drafts.forget([POINT])

    assert (await put(sender, page, ident, CHUNK, len(CONTENT))).status_code == 410
    assert (await put(sender, others, kept, 0, CHUNK)).status_code == 200
    assert (await sender.get(page)).status_code == 410
