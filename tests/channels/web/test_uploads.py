"""Files from the page: sealed on their way in, counted once, never larger than is taken."""

from datetime import timedelta

import pytest

from bot.channels.web import Uploads, WebChannel
from bot.channels.web.uploads import CHUNK
from handlers.core.events import FileKind, SentDocument
from handlers.errors import FetchRefused
from tests.channels.web.fakes import NOON

JSON = {"Accept": "application/json"}
WORDS = b"Levodopa 100 mg four times a day. "


def sealed(uploads, content):
    with uploads.begin() as upload:
        upload.write(content)
        return upload.finish()


async def read(uploads, ref, limit=10_000_000):
    return b"".join([chunk async for chunk in uploads.read(ref, limit_bytes=limit)])


async def send(client, content, name="list.pdf", mime="application/pdf", item="upload-0001"):
    return await client.post(
        "/chat/files", data={"id": item}, files={"file": (name, content, mime)}, headers=JSON
    )


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
async def test_a_file_of_any_length_comes_out_as_it_went_in(tmp_path, size):
    content = (WORDS * (size // len(WORDS) + 1))[:size]

    ref = sealed(Uploads(tmp_path), content)

    assert await read(Uploads(tmp_path), ref) == content


def test_nothing_of_a_file_lies_open_on_the_disk(tmp_path):
    sealed(Uploads(tmp_path), WORDS * 5000)

    [file] = tmp_path.iterdir()
    assert b"Levodopa" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[: CHUNK + 16],
        lambda raw: raw[CHUNK + 16 :] + raw[: CHUNK + 16],
        lambda raw: raw[:5] + bytes([raw[5] ^ 1]) + raw[6:],
    ],
)
async def test_a_file_that_was_cut_or_changed_does_not_open(tmp_path, harm):
    ref = sealed(Uploads(tmp_path), b"x" * (2 * CHUNK))
    [file] = tmp_path.iterdir()
    file.write_bytes(harm(file.read_bytes()))

    with pytest.raises(FetchRefused, match="damaged"):
        await read(Uploads(tmp_path), ref)


@pytest.mark.parametrize("ref", ["", "../../etc/passwd.AAAA", "zz.zz", "0" * 32, "0" * 32 + ".AAAA"])
async def test_a_ref_that_is_none_of_ours_is_refused(tmp_path, ref):
    with pytest.raises(FetchRefused):
        await read(Uploads(tmp_path), ref)


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path):
    with Uploads(tmp_path).begin() as upload:
        upload.write(WORDS)

    assert list(tmp_path.iterdir()) == []


def test_what_nobody_fetched_is_swept_after_eight_days(tmp_path):
    uploads = Uploads(tmp_path)
    sealed(uploads, WORDS)
    [file] = tmp_path.iterdir()
    written = NOON.fromtimestamp(file.stat().st_mtime, NOON.tzinfo)

    assert uploads.sweep(written + timedelta(days=7)) == 0
    assert uploads.sweep(written + timedelta(days=9)) == 1


async def test_a_file_from_the_page_can_be_fetched_by_the_channel(patient, chat):
    answer = await send(patient, WORDS, name="C:\\papers\\list.pdf")

    document = chat.inbox.events()[-1]
    assert answer.status_code == 202
    assert (document.kind, document.name, document.mime) == (FileKind.DOCUMENT, "list.pdf", "application/pdf")
    channel = WebChannel(chat, None, None)
    assert b"".join([part async for part in channel.fetch(document.ref, limit_bytes=10_000)]) == WORDS


async def test_the_same_file_sent_twice_is_kept_once(patient, chat, tmp_path):
    await send(patient, WORDS)
    await send(patient, WORDS)

    assert sum(isinstance(event, SentDocument) for event in chat.inbox.events()) == 1
    assert len(list((tmp_path / "uploads").iterdir())) == 1


@pytest.mark.parametrize("size", [300_001, 2_000_000])
async def test_a_file_over_the_limit_is_refused_in_words_and_leaves_nothing(patient, chat, tmp_path, size):
    answer = await send(patient, b"x" * size)

    assert answer.status_code == 413
    assert "MB" in answer.json()["message"]
    assert list((tmp_path / "uploads").glob("*")) == []


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"no form", "headers": JSON},
        {
            "files": {"file": ("a.pdf", b"", "application/pdf")},
            "data": {"id": "upload-0001"},
            "headers": JSON,
        },
        {"files": {"file": ("a.pdf", b"x", "application/pdf")}, "data": {"id": "?"}, "headers": JSON},
        {"data": {"id": "upload-0001"}, "headers": JSON},
        {
            "content": b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbroken off',
            "headers": JSON | {"Content-Type": "multipart/form-data; boundary=b"},
        },
    ],
)
async def test_a_form_without_a_whole_file_is_refused_in_words(patient, chat, tmp_path, request_):
    answer = await patient.post("/chat/files", **request_)

    assert answer.status_code == 422
    assert answer.json()["message"]
    assert list((tmp_path / "uploads").glob("*")) == []


@pytest.mark.parametrize("name", ["brain.exe", "brain.pdf"])
async def test_a_program_is_refused_in_words_and_nothing_of_it_is_kept(patient, chat, name):
    answer = await send(patient, b"MZ\x90\0\x03", name)

    assert (answer.status_code, "PDF" in answer.json()["message"]) == (422, True)
    assert list(chat.uploads._folder.iterdir()) == []
