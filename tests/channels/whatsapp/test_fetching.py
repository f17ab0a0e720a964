"""Files are fetched from the service: whole, within the limit, from known hosts alone."""

import asyncio
import base64
import hashlib

import pytest

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.media import is_known
from bot.channels.whatsapp.refs import digest_of, read_ref, ref_of
from handlers.errors import (
    FetchError,
    FetchHeld,
    FetchLater,
    FetchRefused,
)
from tests.channels.whatsapp.conftest import WORDS
from tests.fakes.provider.client import WHATSAPP_TOKEN


@pytest.fixture
async def patient(provider):
    patient = provider.whatsapp_patient()
    await patient.say("hello")
    return patient


async def collect(pieces):
    return b"".join([piece async for piece in pieces])


CONTENT = bytes(range(256)) * 2000
DIGEST = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
OTHERS = hashlib.sha256(b"another file").hexdigest()


@pytest.fixture
async def ref(patient):
    return (await patient.send_file(CONTENT, name="referral.pdf", mime="application/pdf"))["ref"]


async def told_of(patient, told, sent):
    """Return the ref of a file of which the look-up tells one digest and the webhook another."""
    ident = (await patient.send_file(CONTENT, told={"sha256": told}))["ref"]
    return ref_of(ident, sent)


async def test_a_file_is_fetched_as_it_was_sent(channel, ref):
    assert await collect(channel.fetch(ref, limit_bytes=10**6)) == CONTENT


async def test_a_file_over_the_limit_is_refused(channel, ref):
    with pytest.raises(FetchRefused) as caught:
        await collect(channel.fetch(ref, limit_bytes=1000))

    assert caught.value.code == "too-large"


async def test_an_address_that_grew_old_is_asked_for_once_more(channel, provider, ref):
    await provider.faults("404", method="download")

    assert await collect(channel.fetch(ref, limit_bytes=10**6)) == CONTENT


async def test_the_token_is_shown_to_no_unknown_host(graph, provider, ref):
    channel = WhatsAppChannel(graph, lambda language: WORDS)

    with pytest.raises(FetchRefused) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert caught.value.code == "unknown-host"


@pytest.mark.parametrize(
    ("method", "verdicts", "kind"),
    [
        ("media", ["400:131052"], FetchRefused),
        ("media", ["401:190"], FetchHeld),
        ("media", ["html-502"], FetchLater),
        ("media", ["reset"], FetchLater),
        ("media", ["garbage"], FetchLater),
        ("download", ["404", "404"], FetchLater),
        ("download", ["302"], FetchLater),
        ("download", ["garbage"], FetchLater),
        ("download", ["reset"], FetchLater),
    ],
)
async def test_a_fault_while_fetching_says_what_to_do(channel, provider, ref, method, verdicts, kind):
    await provider.faults(*verdicts, method=method)

    with pytest.raises(kind) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert WHATSAPP_TOKEN not in str(caught.value)


@pytest.mark.parametrize("ref", ["1003200440055999", "../x", "", "a/b"])
async def test_a_file_that_is_not_there_is_refused(channel, provider, ref):
    with pytest.raises(FetchRefused):
        await collect(channel.fetch(ref, limit_bytes=10**6))


@pytest.fixture
async def stranger():
    """A server of somebody else's, and the calls that it got."""
    calls = []

    async def answer(reader, writer):
        calls.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", calls
    server.close()


@pytest.mark.parametrize("method", ["media", "download"])
async def test_a_redirect_to_another_host_is_not_followed(channel, provider, ref, stranger, method):
    address, calls = stranger
    await provider.faults(f"302:{address}", method=method)

    with pytest.raises(FetchLater):
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert calls == []


async def test_a_file_that_lies_with_a_stranger_is_refused_unasked(channel, patient, stranger):
    address, calls = stranger
    ref = (await patient.send_file(CONTENT, told={"url": address}))["ref"]

    with pytest.raises(FetchRefused) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert (caught.value.code, calls) == ("unknown-host", [])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"sha256": OTHERS}, "damaged"),
        ({"sha256": "not a digest"}, "damaged"),
        ({"size": len(CONTENT) + 1}, "incomplete"),
        ({"size": 10**9}, "too-large"),
    ],
)
async def test_a_file_that_is_not_what_meta_says_of_it_is_not_taken(channel, patient, told, code):
    ref = (await patient.send_file(CONTENT, told=told))["ref"]

    with pytest.raises(FetchError) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert caught.value.code == code


@pytest.mark.parametrize("told", ["", DIGEST])
@pytest.mark.parametrize("sent", [OTHERS, "not a digest", 7])
async def test_a_file_that_is_not_what_the_webhook_said_of_it_is_not_taken(channel, patient, told, sent):
    ref = await told_of(patient, told, sent)

    with pytest.raises(FetchLater) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert caught.value.code == "damaged"


@pytest.mark.parametrize(("told", "sent"), [("", DIGEST), (DIGEST, ""), ("", "")])
async def test_a_digest_that_nobody_names_is_not_missed(channel, patient, told, sent):
    ref = await told_of(patient, told, sent)

    assert await collect(channel.fetch(ref, limit_bytes=10**6)) == CONTENT


async def test_a_file_that_is_gone_for_good_is_not_asked_for_again(channel, provider, ref):
    sent = (await provider.ledger(method="patient:document"))[0]["t"]
    await provider.set_clock(sent + 8 * 24 * 3600)

    with pytest.raises(FetchRefused) as caught:
        await collect(channel.fetch(ref, limit_bytes=10**6))

    assert caught.value.code == "gone"


HOSTS = ("lookaside.fbsbx.com", "127.0.0.1:8080")


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://lookaside.fbsbx.com/x?mid=1", True),
        ("https://LOOKASIDE.fbsbx.com/x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("http://127.0.0.1:8081/x", False),
        ("http://127.0.0.1/x", False),
        ("https://lookaside.fbsbx.com:444/x", False),
        ("https://lookaside.fbsbx.com.evil.example/x", False),
        ("https://evil.example/lookaside.fbsbx.com", False),
        ("https://lookaside.fbsbx.com@evil.example/x", False),
        ("https://a:b@lookaside.fbsbx.com/x", False),
        ("file:///etc/passwd", False),
        ("//lookaside.fbsbx.com/x", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_known_hosts_are_fetched_from(url, known):
    assert is_known(url, HOSTS) is known


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (base64.b64encode(b"x" * 32).decode(), b"x" * 32),
        ((b"x" * 32).hex(), b"x" * 32),
        ("", None),
        (None, None),
        ("not a digest", b""),
        (7, b""),
    ],
)
def test_a_digest_is_read_in_base64_and_in_hex_and_kept_beside_the_id(written, found):
    assert digest_of(written) == found
    assert read_ref(ref_of("100", written)) == ("100", found)
