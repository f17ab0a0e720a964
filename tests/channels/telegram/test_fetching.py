"""Files are fetched from the service: whole, within the limit."""

import pytest

from handlers.errors import (
    FetchLater,
    FetchRefused,
)

CHAT = 990000123


async def collect(pieces):
    return b"".join([piece async for piece in pieces])


async def received(provider, content):
    sent = await provider.send_file(CHAT, content, mime="application/pdf")
    [update] = [u for u in (await provider.bot())["pending"] if u["update_id"] == sent["update_id"]]
    return update["message"]["document"]["file_id"]


async def test_a_file_is_fetched_as_it_was_sent(channel, provider):
    content = bytes(range(256)) * 2000
    ref = await received(provider, content)

    assert await collect(channel.fetch(ref, limit_bytes=1_000_000)) == content


async def test_a_file_over_the_limit_is_refused(channel, provider):
    ref = await received(provider, b"x" * 1001)

    with pytest.raises(FetchRefused) as caught:
        await collect(channel.fetch(ref, limit_bytes=1000))

    assert caught.value.code == "too-large"


async def test_a_file_over_the_services_limit_is_refused(channel, provider):
    ref = await received(provider, b"x" * (20 * 1024 * 1024 + 1))

    with pytest.raises(FetchRefused) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**9))

    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    ("method", "verdict", "kind"),
    [
        ("getFile", "400:Bad Request: invalid file_id", FetchRefused),
        ("getFile", "400:Bad Request: wrong file_id or the file is temporarily unavailable", FetchLater),
        ("getFile", "429:3", FetchLater),
        ("getFile", "html-502", FetchLater),
        ("getFile", "reset", FetchLater),
        ("getFile", "garbage", FetchLater),
        ("download", "404", FetchLater),
        ("download", "html-502", FetchLater),
        ("download", "reset", FetchLater),
    ],
)
async def test_a_fault_while_fetching_says_what_to_do(channel, provider, method, verdict, kind):
    ref = await received(provider, b"content")
    await provider.faults(verdict, method=method)

    with pytest.raises(kind) as caught:
        await collect(channel.fetch(ref, limit_bytes=1000))

    assert provider.token not in str(caught.value)
