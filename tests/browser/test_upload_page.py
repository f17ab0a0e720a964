"""Our own page for large files: 300 MB over a line that is cut, and a whole folder."""

import asyncio
import io
import zipfile
from dataclasses import replace
from hashlib import sha256

import pytest
from playwright.async_api import expect

from bot.channels.web.upload_links import upload_link
from handlers.core.internal import UPLOADED
from handlers.core.values import ChannelKind, ContactPoint
from tests.channels.web.test_upload_page import Inbox

pytestmark = pytest.mark.browser
LARGE = 300 * 1024 * 1024


@pytest.fixture
async def chat(chat):
    return replace(chat, inbox=Inbox(), max_file_bytes=2 * 1024**3)


@pytest.fixture
async def upload(page, address, chat):
    """The page for files, after Continue."""
    await page.goto(upload_link(address, chat.tokens, ContactPoint(ChannelKind.TELEGRAM, "main", "4711")))
    await page.get_by_role("button", name="Continue").click()
    await page.locator("#upload").wait_for()
    return page


@pytest.fixture
def large(tmp_path):
    """A file of 300 MB, most of it nothing."""
    path = tmp_path / "mri.zip"
    with path.open("wb") as file:
        file.write(b"begin" * 1000)
        file.seek(LARGE - 3)
        file.write(b"end")
    return path


def digest_of(path):
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
        return digest.hexdigest()


async def came_in(chat):
    [(_, sent)] = chat.inbox.sent()
    digest = sha256()
    async for piece in chat.uploads.read(sent.ref.removeprefix(UPLOADED), limit_bytes=2 * LARGE):
        digest.update(piece)
    return sent, digest.hexdigest()


async def test_300_mb_come_in_whole_though_the_line_is_cut(upload, context, chat, large):
    await upload.set_input_files("#files", large)
    await expect(upload.locator("li[data-state=sending] progress")).not_to_have_js_property("value", 0)
    await context.set_offline(True)
    await expect(upload.locator("li")).to_have_attribute("data-state", "waiting", timeout=30_000)
    await context.set_offline(False)

    await expect(upload.locator("li")).to_have_attribute("data-state", "sent", timeout=100_000)
    sent, digest = await came_in(chat)
    assert (sent.name, sent.size) == ("mri.zip", LARGE)
    assert digest == await asyncio.to_thread(digest_of, large)


async def test_a_page_that_was_closed_goes_on_where_it_was(upload, chat, large):
    pieces = []
    upload.on("request", lambda request: pieces.append(request.url) if request.method == "PUT" else None)
    await upload.set_input_files("#files", large)
    await expect(upload.locator("li[data-state=sending] progress")).not_to_have_js_property("value", 0)
    await upload.reload()
    await upload.set_input_files("#files", large)

    await expect(upload.locator("li")).to_have_attribute("data-state", "sent", timeout=100_000)
    assert len(pieces) <= LARGE // (4 * 1024 * 1024) + 2
    assert len(chat.inbox.sent()) == 1


async def test_a_whole_folder_comes_as_one_archive(upload, chat, tmp_path):
    (tmp_path / "CD" / "DICOM").mkdir(parents=True)
    (tmp_path / "CD" / "DICOM" / "IM0001").write_bytes(b"one")
    (tmp_path / "CD" / "検査.txt").write_bytes(b"two")
    await upload.set_input_files("#folder", tmp_path / "CD")

    await expect(upload.locator("li")).to_have_attribute("data-state", "sent")
    [(_, sent)] = chat.inbox.sent()
    content = [piece async for piece in chat.uploads.read(sent.ref.removeprefix(UPLOADED), limit_bytes=10**6)]
    with zipfile.ZipFile(io.BytesIO(b"".join(content))) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["CD/DICOM/IM0001", "CD/検査.txt"]
    assert sent.name == "CD.zip"


@pytest.mark.parametrize("language", ["ja", "zh-Hans", "vi", "ar"])
async def test_it_speaks_every_language(upload, language):
    await upload.goto(f"{upload.url}?lang={language}")

    assert "Choose files" not in await upload.locator("main").inner_text()
