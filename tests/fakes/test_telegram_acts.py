"""What a patient of the fake Telegram does and hears."""

import json

import pytest

from bot.channels.telegram.parse import parse
from handlers.core.events import (
    Chose,
    ContactResumed,
    ContactStopped,
    Edited,
    FileKind,
    Said,
    SentDocument,
    Started,
)
from tests.fakes.conftest import CHAT
from tests.fakes.provider.client import buttons
from tests.fakes.test_telegram_provider import markup

ACTS = [
    (lambda p: p.start("inv_7"), Started("inv_7", "ja")),
    (lambda p: p.say("hello"), Said("hello")),
    (lambda p: p.edit(1, "changed"), Edited("1", "changed")),
    (lambda p: p.block(), ContactStopped("blocked")),
    (lambda p: p.unblock(), ContactResumed()),
]


async def understood(provider):
    newest = (await provider.bot())["pending"][-1]
    return parse(json.dumps(newest).encode()).what


@pytest.mark.parametrize(("act", "what"), ACTS)
async def test_what_a_patient_does_is_understood_by_our_parser(provider, act, what):
    patient = provider.patient(CHAT, language="ja")
    await patient.say("first")

    await act(patient)

    assert await understood(provider) == what


@pytest.mark.parametrize("inaccessible", [False, True])
async def test_a_tap_is_understood_by_our_parser(provider, call, patient, inaccessible):
    await call("sendMessage", chat_id=CHAT, text="Q", reply_markup=markup([("Yes", "a:1"), ("No", "a:2")]))

    tapped = await patient.tap("No", inaccessible=inaccessible)

    assert await understood(provider) == Chose("a:2", ack=tapped["query"])


@pytest.mark.parametrize("kind", FileKind)
async def test_a_file_is_understood_by_our_parser(provider, patient, kind):
    await patient.send_file(b"x" * 99, kind=kind.value, caption="page 2", album="7")

    what = await understood(provider)
    assert isinstance(what, SentDocument)
    assert (what.kind, what.size, what.caption, what.album) == (kind, 99, "page 2", "7")


async def test_a_patient_hears_each_message_once_and_in_order(call, patient):
    for text in ("one", "two", "three"):
        await call("sendMessage", chat_id=CHAT, text=text, reply_markup=markup([(text, "a")]))

    heard = [await patient.hears(), await patient.hears("three")]

    assert [buttons(message) for message in heard] == [["one"], ["three"]]


async def test_a_patient_who_waits_in_vain_is_told_what_was_said_instead(call, patient):
    await call("sendMessage", chat_id=CHAT, text="something else")

    with pytest.raises(AssertionError, match="something else"):
        await patient.hears("thanks", seconds=0.2)


async def test_a_button_that_is_not_there_cannot_be_tapped(patient):
    with pytest.raises(AssertionError, match="no button Yes"):
        await patient.tap("Yes")


async def test_a_keyboard_can_be_taken_away_once(call, patient):
    sent = await call("sendMessage", chat_id=CHAT, text="Q", reply_markup=markup([("Yes", "a")]))
    which = {"chat_id": CHAT, "message_id": sent["result"]["message_id"]}

    first, second = (
        await call("editMessageReplyMarkup", **which),
        await call("editMessageReplyMarkup", **which),
    )

    assert (first["ok"], second["description"]) == (True, "Bad Request: message is not modified")
