"""Files that we send: uploaded, then named by the id that Meta gave; what Meta refuses is refused here."""

from dataclasses import replace

import pytest

from handlers.core.messages import Attached, Body, Button
from handlers.errors import AccountFault, SendLater, SendRejected
from tests.channels.whatsapp.webhooks import outbound

COPY = Body("Here is a copy.", file=Attached("answers.txt", "text/plain", "薬 100 mg".encode()))
CARD = Body("Here is your card.", file=Attached("card.png", "image/png", b"\x89PNG\r\n\x1a\n"))
LARGE = b"\xff" * (5 * 1024 * 1024 + 1)


@pytest.fixture
async def patient(provider):
    patient = provider.whatsapp_patient()
    await patient.say("hello")
    return patient


@pytest.mark.parametrize(("body", "kind"), [(COPY, "document"), (CARD, "image")])
async def test_a_file_is_uploaded_and_sent_by_its_id(channel, provider, patient, body, kind):
    sent = await channel.send(outbound(body))

    message = await patient.hears(body.text)
    [line] = await provider.ledger(method="messages")
    assert (message["wamid"], message["kind"], line["body"]["type"]) == (sent, kind, kind)
    assert (line["body"][kind].get("caption", ""), line["outbox"]) == (body.text, "ob-1")


@pytest.mark.parametrize(
    "body",
    [
        replace(COPY, file=Attached("scan.heic", "image/heic", b"x")),
        replace(COPY, file=Attached("large.png", "image/png", LARGE)),
        replace(COPY, file=Attached("empty.txt", "text/plain", b"")),
        replace(COPY, text="long " * 300),
        replace(COPY, choices=(Button("a:x:0:0", "Yes"),)),
    ],
    ids=["kind", "size", "empty", "caption", "buttons"],
)
async def test_what_meta_would_refuse_is_not_sent(channel, provider, patient, body):
    with pytest.raises(SendRejected):
        await channel.send(outbound(body))

    assert not await provider.ledger(method="messages")


@pytest.mark.parametrize(
    ("fault", "told"), [("500", SendLater), ("drop-before", SendLater), ("401", AccountFault)]
)
async def test_an_upload_that_breaks_leaves_no_doubt_that_nothing_was_sent(
    channel, provider, patient, fault, told
):
    await provider.faults(fault, method="upload")

    with pytest.raises(told):
        await channel.send(outbound(COPY))

    assert not await provider.ledger(method="messages")
