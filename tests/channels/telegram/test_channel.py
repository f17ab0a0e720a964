"""The channel over real sockets against the fake provider."""

import asyncio
import logging
import socket
import traceback
from dataclasses import replace

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from handlers.core.messages import Attached, Body, Button, Outbound
from handlers.errors import (
    AccountFault,
    ContactGone,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
)
from tests.fakes.provider.client import buttons

CHAT = 990000123


QUESTION = Body(
    text="Can you travel?",
    choices=(Button("a:x:0:0", "Yes"), Button("a:x:0:1", "No", picked=True)),
    keys=(Button("a:x:0:skip", "Skip"),),
)


def outbound(body=QUESTION, *, chat=str(CHAT), attempt=1):
    return Outbound(outbox_id="ob-1", attempt=attempt, address=chat, body=body)


@pytest.fixture
async def patient(provider):
    patient = provider.patient(CHAT)
    await patient.start()
    return patient


async def test_a_message_arrives_with_its_buttons(channel, patient):
    sent = await channel.send(outbound())

    message = await patient.hears("Can you travel?")
    assert (str(message["message_id"]), buttons(message)) == (sent, ["Yes", "✓ No", "Skip"])


async def test_a_file_is_sent_with_its_text_below_it(channel, patient):
    copy = Body("Here is a copy.", file=Attached("answers.txt", "text/plain", b"Levodopa 100 mg"))

    sent = await channel.send(outbound(copy))

    message = await patient.hears("Here is a copy.")
    assert (str(message["message_id"]), message["document"]["file_name"]) == (sent, "answers.txt")


async def test_every_call_carries_the_outbox_id_and_the_attempt(channel, provider, patient):
    await channel.send(outbound(attempt=3))

    [line] = await provider.ledger(method="sendMessage")
    assert (line["outbox"], line["attempt"], line["accepted"]) == ("ob-1", 3, True)


async def test_the_marks_of_two_messages_at_once_are_not_mixed_up(channel, provider, patient):
    await provider.say(5, "/start")
    messages = [Outbound(f"ob-{n}", n, str(CHAT if n % 2 else 5), Body(f"text {n}")) for n in range(1, 31)]

    await asyncio.gather(*map(channel.send, messages))

    lines = await provider.ledger(method="sendMessage")
    assert {(line["outbox"], line["body"]["text"]) for line in lines} == {
        (f"ob-{n}", f"text {n}") for n in range(1, 31)
    }


async def test_a_tap_is_acknowledged_before_the_answer(channel, provider, patient):
    await channel.send(outbound())
    tapped = await patient.tap("Yes")

    await channel.send(outbound(Body("Saved.", ack=tapped["query"])))

    methods = [line["method"] for line in await provider.ledger() if line["account"]]
    assert methods == ["sendMessage", "answerCallbackQuery", "sendMessage"]


async def test_an_acknowledgement_that_came_too_late_costs_nothing(channel, patient):
    sent = await channel.send(outbound(Body("Saved.", ack="1")))

    assert sent == str((await patient.hears("Saved."))["message_id"])


async def test_a_long_text_comes_in_parts_with_the_buttons_on_the_last(channel, patient):
    words = "word " * 1500

    await channel.send(outbound(Body(words, choices=QUESTION.choices)))

    first, second = await patient.hears("word"), await patient.hears("word")
    assert (buttons(first), buttons(second)) == ([], ["Yes", "✓ No"])
    assert f"{first['text']} {second['text']}" == words.strip()


FAULTS = [
    ("429:7", (SendLater, "429", True)),
    ("403:Forbidden: bot was blocked by the user", (ContactGone, "403", False)),
    ("403:Forbidden: user is deactivated", (ContactGone, "403", False)),
    ("400:Bad Request: chat not found", (ContactGone, "chat-not-found", False)),
    ("400:Bad Request: message is too long", (SendRejected, "too-long", False)),
    ("400:Bad Request: BUTTON_DATA_INVALID", (SendRejected, "button-data", False)),
    ("400:Bad Request: something new", (SendRejected, "bad-request", False)),
    ("401:Unauthorized", (AccountFault, "401", False)),
    ("404:Not Found", (AccountFault, "401", False)),
    ("409:Conflict: terminated", (AccountFault, "409", False)),
    ("500:Internal Server Error: restart", (SendUncertain, "service", False)),
    ("html-502", (SendUncertain, "service", False)),
    ("html-503", (SendUncertain, "service", False)),
    ("accept-then-500", (SendUncertain, "service", False)),
    ("accept-then-html-504", (SendUncertain, "service", False)),
    ("413:Request Entity Too Large", (SendLater, "service", False)),
    ("html-429", (SendLater, "429", True)),
    ("302", (SendLater, "redirected", True)),
    ("close", (SendUncertain, "no-answer", False)),
    ("accept-then-close", (SendUncertain, "no-answer", False)),
    ("huge:8", (SendUncertain, "no-answer", False)),
    ("reset", (SendUncertain, "no-answer", False)),
    ("accept-then-drop", (SendUncertain, "no-answer", False)),
    ("accept-then-garbage", (SendUncertain, "unreadable-answer", False)),
]


@pytest.mark.parametrize(("verdict", "told"), FAULTS)
async def test_a_fault_says_what_to_do(channel, provider, patient, verdict, told):
    await provider.faults(verdict, method="sendMessage")

    with pytest.raises(SendError) as caught:
        await channel.send(outbound())

    assert (type(caught.value), caught.value.code, caught.value.free) == told


@pytest.mark.parametrize("verdict", ["hang", "accept-then-hang", "drip", "accept-then-drip"])
async def test_an_answer_that_does_not_come_leaves_it_uncertain(connection, provider, patient, verdict):
    channel = TelegramChannel(connection, send_seconds=0.3)
    await provider.faults(verdict, method="sendMessage")

    with pytest.raises(SendUncertain):
        await channel.send(outbound())


async def test_a_429_names_its_waiting_time(channel, provider, patient):
    await provider.faults("429:7", method="sendMessage")

    with pytest.raises(SendLater) as caught:
        await channel.send(outbound())

    assert caught.value.after.total_seconds() == 7


async def test_a_chat_that_nobody_started_is_gone(channel, provider):
    with pytest.raises(ContactGone):
        await channel.send(outbound(chat="5"))


async def test_a_patient_who_blocked_the_bot_is_gone(channel, patient):
    await patient.block()

    with pytest.raises(ContactGone):
        await channel.send(outbound())


@pytest.mark.parametrize(("verdict", "error"), [("429:7", SendLater), ("500", SendUncertain)])
async def test_a_failure_says_which_parts_are_out(channel, provider, patient, verdict, error):
    await provider.faults("ok", verdict, method="sendMessage")

    with pytest.raises(error) as caught:
        await channel.send(outbound(Body("word " * 1500)))

    assert caught.value.taken == 1


async def test_parts_that_are_out_are_not_sent_again(channel, provider, patient):
    await channel.send(replace(outbound(Body("one " * 1024 + "two " * 500)), taken=1))

    [sent] = await provider.ledger(method="sendMessage")
    assert sent["body"]["text"].startswith("two")


async def test_a_message_that_is_cut_differently_by_now_is_sent_whole(channel, provider, patient):
    await channel.send(replace(outbound(Body("short")), taken=1))

    [sent] = await provider.ledger(method="sendMessage")
    assert sent["body"]["text"] == "short"


async def test_a_service_that_cannot_be_reached_was_sent_nothing(provider):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        connection = Connection(provider.token, api=f"http://127.0.0.1:{unused.getsockname()[1]}")

        with pytest.raises(SendLater) as caught:
            await TelegramChannel(connection).send(outbound())

        await connection.close()
    assert caught.value.free


async def test_no_error_and_no_log_holds_the_token_or_the_words(channel, provider, patient, caplog):
    caplog.set_level(logging.INFO, logger="telegram")
    told = []
    for verdict, *_ in FAULTS:
        await provider.faults(verdict, method="sendMessage")
        with pytest.raises(SendError) as caught:
            await channel.send(outbound())
        told += traceback.format_exception(caught.value)

    heard = "".join(told) + caplog.text
    assert provider.token not in heard
    assert "Can you travel" not in heard


async def test_the_bot_does_not_show_its_token(connection):
    assert connection.bot.token not in repr(connection.bot)


async def test_the_bot_knows_its_public_name(channel):
    assert await channel.username() == "clinic_7000000001_bot"


async def test_commands_stand_in_the_menu(channel, provider):
    await channel.show_commands([("menu", "What I can do")], language="en")

    commands = (await provider.bot())["commands"]
    assert commands == {"en": [{"command": "menu", "description": "What I can do"}]}


async def test_a_scripted_fault_costs_one_call_because_only_the_outbox_tries_again(
    provider, channel, patient
):
    verdicts = ["500", "html-502", "reset", "close", "302", "429:1", "garbage", "400:Bad Request: x"]
    for verdict in verdicts:
        await provider.faults(verdict, method="sendMessage")
        with pytest.raises(SendError):
            await channel.send(outbound())

    assert len(await provider.ledger(method="sendMessage")) == len(verdicts)


async def test_a_chat_that_became_a_supergroup_is_gone(provider, channel, patient):
    await provider.faults("400:migrated", method="sendMessage")

    with pytest.raises(ContactGone) as caught:
        await channel.send(outbound())

    assert caught.value.code == "group"


PROBES = [
    ("500", SendUncertain),
    ("html-502", SendUncertain),
    ("reset", SendUncertain),
    ("429:5", SendLater),
    ("401:Unauthorized", AccountFault),
]


@pytest.mark.parametrize(("verdict", "kind"), PROBES)
async def test_a_question_tells_a_service_out_of_order(provider, channel, verdict, kind):
    await provider.faults(verdict, method="getMe")

    with pytest.raises(kind):
        await channel.probe()


@pytest.mark.parametrize("verdict", ["ok", "404:Not Found", "400:Bad Request"])
async def test_a_service_that_says_no_to_a_question_is_in_order(provider, channel, verdict):
    await provider.faults(verdict, method="getMe")

    await channel.probe()
