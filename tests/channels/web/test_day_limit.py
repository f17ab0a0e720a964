"""One sender's day: an MRI and forty photos pass, and no disk is filled."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.web.drafts import Drafts
from bot.channels.web.quota import Quota
from bot.channels.web.upload_links import upload_link
from handlers.core.day_limit import MIB, Came, DayLimit
from handlers.core.events import TooManyFiles
from handlers.core.internal import read_internal
from tests.channels.web.conftest import KEY
from tests.channels.web.fakes import NOON
from tests.channels.web.test_upload_page import (  # noqa: F401 - fixtures
    POINT,
    Inbox,
    link,
    offer,
    page,
    page_at,
    sender,
)

JSON = {"Accept": "application/json"}
TWO = DayLimit(files=2, size=10 * MIB)


@pytest.fixture
def chat(chat, tmp_path):
    drafts = Drafts(tmp_path / "drafts", tmp_path / "uploads", KEY, TWO)
    brakes = replace(chat.brakes, files=Quota(TWO, chat.now_system))
    return replace(chat, inbox=Inbox(), drafts=drafts, brakes=brakes, max_file_bytes=8 * MIB)


def words(chat):
    told = map(read_internal, (item.raw for item in chat.inbox.items.values()))
    return [one.what for one in told if one is not None]


@pytest.mark.parametrize(
    ("came", "full"),
    [
        ([Came(NOON, 2048 * MIB), *[Came(NOON, 5 * MIB)] * 40], False),
        ([Came(NOON)] * 499, False),
        ([Came(NOON)] * 500, True),
        ([Came(NOON, 3072 * MIB)] * 2, True),
        ([Came(NOON - timedelta(days=1), 3072 * MIB)] * 2, False),
    ],
)
def test_an_ordinary_day_passes_and_a_flood_does_not(came, full):
    assert DayLimit().is_reached(came, NOON) is full


@pytest.mark.parametrize(
    "sizes",
    [[1, 1, 1], [8 * MIB, 3 * MIB]],
    ids=["files", "bytes"],
)
async def test_what_is_too_much_for_a_day_is_refused_and_staff_hear_of_it_once(sender, chat, page, sizes):  # noqa: F811
    answers = [await offer(sender, page, name=str(n), size=size) for n, size in enumerate(sizes)]
    await offer(sender, page, name="one more", size=8 * MIB)

    assert [answer.status_code for answer in answers] == [200] * (len(sizes) - 1) + [429]
    assert words(chat) == [TooManyFiles()]


async def test_another_link_of_the_same_sender_brings_no_more(sender, chat, page):  # noqa: F811
    for number in range(2):
        await offer(sender, page, name=str(number))
    another = upload_link("", chat.tokens, POINT)
    await sender.post(another)

    assert (await offer(sender, page_at(chat, another))).status_code == 429


async def test_what_was_begun_is_gone_on_with_though_the_day_is_full(sender, page):  # noqa: F811
    for number in (0, 1, 0):
        answer = await offer(sender, page, name=str(number))

    assert answer.status_code == 200


async def test_a_draft_that_nobody_goes_on_with_is_deleted_after_a_day(sender, chat, page, tmp_path):  # noqa: F811
    await offer(sender, page)
    now = chat.now_system()
    for path in (tmp_path / "drafts").iterdir():
        os.utime(path, ((now - timedelta(hours=25)).timestamp(),) * 2)

    assert chat.drafts.sweep(now) == 1
    assert [path.suffix for path in (tmp_path / "drafts").iterdir()] == [".link"]


def test_a_page_of_the_chat_has_the_same_day_and_what_did_not_come_is_not_counted():
    quota = Quota(TWO, lambda: NOON)
    place = quota.take("a", MIB)
    quota.give_back("a", place)

    assert [quota.take("a", MIB) is None for _ in range(3)] == [False, False, True]
    assert quota.take("b", MIB)


async def test_the_chat_refuses_in_words_what_is_too_much(patient, chat):
    files = {"file": ("a.pdf", b"%PDF-1.4 a letter", "application/pdf")}
    ids = [f"{number}b3f1f9e-0000-4000-8000-000000000000" for number in range(3)]

    answers = [await patient.post("/chat/files", data={"id": one}, files=files, headers=JSON) for one in ids]

    assert [answer.status_code for answer in answers] == [202, 202, 413]
    assert "tomorrow" in answers[2].json()["message"]
    assert words(chat) == [TooManyFiles()]
