"""The channel over real sockets against the fake provider."""

import logging
import socket
import traceback
from dataclasses import replace

import pytest

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from handlers.core.messages import Body, Button
from handlers.errors import (
    AccountFault,
    ContactGone,
    NotToday,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    TemplateRefused,
    WindowClosed,
)
from tests.channels.whatsapp.conftest import WORDS
from tests.channels.whatsapp.webhooks import PHONE, QUESTION, USER, outbound
from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_TOKEN, labels

DAY = 24 * 3600


@pytest.fixture
async def patient(provider):
    patient = provider.whatsapp_patient()
    await patient.say("hello")
    return patient


@pytest.mark.parametrize("address", [PHONE, USER])
async def test_a_message_arrives_with_its_buttons_by_phone_or_user_id(channel, patient, address):
    sent = await channel.send(outbound(address=address))

    message = await patient.hears("Can you travel?")
    assert (message["wamid"], labels(message)) == (sent, ["Yes", "No", "Skip"])


async def test_a_list_arrives_with_its_rows(channel, patient):
    many = tuple(Button(f"a:resp1:0:{n}", f"Option {n}") for n in range(9))

    await channel.send(outbound(replace(QUESTION, choices=many)))

    assert labels(await patient.hears()) == [*(f"Option {n}" for n in range(9)), "Skip"]


async def test_every_call_carries_the_outbox_id_and_the_attempt(channel, provider, patient):
    await channel.send(outbound(attempt=3))

    [line] = await provider.ledger(method="messages")
    assert (line["outbox"], line["attempt"], line["accepted"]) == ("ob-1", 3, True)
    assert line["body"]["biz_opaque_callback_data"] == "ob-1"


async def test_a_blank_message_is_not_sent(channel, provider, patient):
    assert await channel.send(outbound(Body(" "))) == ""
    assert not await provider.ledger(method="messages")


async def test_outside_the_window_the_template_goes(channel, provider, patient):
    await provider.set_clock(1792828800 + 40 * 365 * DAY)

    await channel.send(outbound(window_open=False))

    message = await patient.hears("Hello Patient A, it is time for your check-in with the clinic.")
    assert message["buttons"] == [
        ["Start", "f:1:start"],
        ["Later", "f:1:later"],
        ["Stop messages", "f:1:stop"],
    ]


async def test_outside_the_window_meta_takes_nothing_else(channel, provider, patient):
    await provider.set_clock(1792828800 + 40 * 365 * DAY)

    with pytest.raises(WindowClosed) as caught:
        await channel.send(outbound())

    assert caught.value.code == "131047"


async def test_without_a_template_a_closed_window_is_told_at_once(channel, provider, patient):
    with pytest.raises(WindowClosed):
        await channel.send(outbound(replace(QUESTION, template=None), window_open=False))

    assert not await provider.ledger(method="messages")


@pytest.mark.parametrize(("status", "code"), [("", "132001"), ("PAUSED", "132015")])
async def test_a_template_that_is_not_approved_is_refused(channel, provider, patient, status, code):
    await provider.whatsapp("template", name="checkin_start_v1", status=status)

    with pytest.raises(TemplateRefused) as caught:
        await channel.send(outbound(window_open=False))

    assert caught.value.code == code


FAULTS = [
    ("400:131056", (SendLater, "131056", True)),
    ("429:130429", (SendLater, "130429", True)),
    ("400:80007", (SendLater, "80007", True)),
    ("503:131016", (SendLater, "131016", True)),
    ("400:131000", (SendLater, "131000", False)),
    ("500:131000", (SendUncertain, "131000", False)),
    ("500:1", (SendUncertain, "1", False)),
    ("html-502", (SendUncertain, "http-502", False)),
    ("html-503", (SendUncertain, "http-503", False)),
    ("accept-then-500:131000", (SendUncertain, "131000", False)),
    ("accept-then-html-504", (SendUncertain, "http-504", False)),
    ("html-429", (SendLater, "http-429", True)),
    ("302", (SendLater, "http-302", True)),
    ("close", (SendUncertain, "no-answer", False)),
    ("huge:8", (SendUncertain, "no-answer", False)),
    ("drip", (SendUncertain, "no-answer", False)),
    ("400:131050", (ContactGone, "131050", False)),
    ("400:131026", (ContactGone, "131026", False)),
    ("400:131051", (SendRejected, "131051", False)),
    ("400:131049", (NotToday, "131049", False)),
    ("400:777", (SendRejected, "777", False)),
    ("401:190", (AccountFault, "190", False)),
    ("400:131042", (AccountFault, "131042", False)),
    ("reset", (SendUncertain, "no-answer", False)),
    ("hang", (SendUncertain, "no-answer", False)),
    ("accept-then-drop", (SendUncertain, "no-answer", False)),
    ("accept-then-garbage", (SendUncertain, "unreadable-answer", False)),
]


@pytest.mark.parametrize(("verdict", "told"), FAULTS)
async def test_a_fault_says_what_to_do(channel, provider, patient, verdict, told):
    await provider.faults(verdict, method="messages")

    with pytest.raises(SendError) as caught:
        await channel.send(outbound())

    assert (type(caught.value), caught.value.code, caught.value.free) == told


async def test_no_error_and_no_log_holds_the_token_the_number_or_the_words(
    channel, provider, patient, caplog
):
    caplog.set_level(logging.INFO)
    told = []
    for verdict, _ in FAULTS[:-4]:
        await provider.faults(verdict, method="messages")
        with pytest.raises(SendError) as caught:
            await channel.send(outbound())
        told += traceback.format_exception(caught.value)

    heard = "".join(told) + caplog.text
    assert not [secret for secret in (WHATSAPP_TOKEN, PHONE, "Can you travel") if secret in heard]


@pytest.mark.parametrize("address", ["", "12ab", "wamid.OUT1", "US", "../me", "group"])
async def test_what_is_no_address_is_gone(channel, address):
    with pytest.raises(ContactGone):
        await channel.send(outbound(address=address))


async def test_somebody_without_whatsapp_is_gone(channel, patient):
    await patient.do("leave")

    with pytest.raises(ContactGone):
        await channel.send(outbound())


async def test_a_wrong_number_or_token_is_the_accounts_fault(provider, patient):
    codes = []
    for number, token in ((WHATSAPP_NUMBER, "wrong"), ("1", WHATSAPP_TOKEN)):
        graph = Graph(number, token, api=provider.url)
        with pytest.raises(AccountFault) as caught:
            await WhatsAppChannel(graph, lambda language: WORDS).send(outbound())
        codes.append(caught.value.code)
        await graph.close()

    assert codes == ["190", "100"]


async def test_a_service_that_cannot_be_reached_was_sent_nothing():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        graph = Graph("1", "t", api=f"http://127.0.0.1:{unused.getsockname()[1]}")

        with pytest.raises(SendLater) as caught:
            await WhatsAppChannel(graph, lambda language: WORDS).send(outbound())

        await graph.close()
    assert caught.value.free


async def test_a_message_can_be_marked_read_with_typing(channel, provider, patient):
    said = await patient.say("hello again")

    await channel.mark_read(said["wamid"])

    [line] = await provider.ledger(method="read")
    assert (line["accepted"], line["body"]["typing_indicator"]) == (True, {"type": "text"})


async def test_a_scripted_fault_costs_one_call_because_only_the_outbox_tries_again(
    provider, channel, patient
):
    verdicts = ["500:131000", "html-502", "reset", "close", "302", "400:130429", "garbage", "400:100"]
    for verdict in verdicts:
        await provider.faults(verdict, method="messages")
        with pytest.raises(SendError):
            await channel.send(outbound())

    assert len(await provider.ledger(method="messages")) == len(verdicts)


PROBES = [
    ("500:1", SendUncertain),
    ("503:131016", SendLater),
    ("html-502", SendUncertain),
    ("reset", SendUncertain),
    ("400:4", SendLater),
    ("401:190", AccountFault),
]


@pytest.mark.parametrize(("verdict", "kind"), PROBES)
async def test_a_question_tells_a_service_out_of_order(provider, channel, verdict, kind):
    await provider.faults(verdict, method="number")

    with pytest.raises(kind):
        await channel.probe()


@pytest.mark.parametrize("verdict", ["ok", "400:100", "404:100"])
async def test_a_service_that_says_no_to_a_question_is_in_order(provider, channel, verdict):
    await provider.faults(verdict, method="number")

    await channel.probe()
