"""Where only invited people may begin: what a stranger hears, and what is never made of them."""

from dataclasses import replace

import pytest

from handlers import inbound
from handlers.core.changes import AddPatient, SettleInbox, TurnAway
from handlers.core.events import Chose, ContactStopped, Edited, Event, Said, Started, Unusable
from handlers.core.values import ChannelKind, ContactPoint
from handlers.entrance import AGAIN, ANYBODY, ENTRANCE, HELP_AGAIN, INVITED, invited_only
from handlers.ports import InboxRow
from tests.handlers.desk import CLINIC, NOON, Desk

CLOSED = replace(CLINIC, texts={**CLINIC.texts, ENTRANCE: INVITED})
WORDS = "I want my treatment next week, I am Zwitscherfink"


def changes(what, *, channel=ChannelKind.TELEGRAM, clinic=CLOSED, **fields):
    """Return what follows from the first thing that somebody does at a clinic."""
    around = Desk().around
    row = InboxRow("in1", clinic.id, channel, "main", "here", b"", NOON, 1, 1)
    case = inbound.newcomer(clinic, ContactPoint(channel, "main", "here"), around.ids, row)
    world = around.world(clinic)
    if "world" in fields:
        world = replace(world, **fields.pop("world"))
    return inbound.decide(Event("m1", NOON, what), replace(case, **fields), world, row)


def answer(what, **fields):
    """Return what a stranger is told, and nothing else is done than to settle the row."""
    said, settle = changes(what, **fields)
    assert (type(said), type(settle)) == (TurnAway, SettleInbox)
    assert (settle.keep, settle.text) == (False, "")
    return said


@pytest.mark.parametrize("channel", [ChannelKind.TELEGRAM, ChannelKind.WHATSAPP])
@pytest.mark.parametrize("what", [Said(WORDS), Started(), Unusable("sticker"), Edited("m0", WORDS)], ids=str)
def test_a_stranger_hears_how_to_ask_for_an_invitation_and_is_no_patient(what, channel):
    said = answer(what, channel=channel)

    assert (said.kind, said.every) == ("neutral", AGAIN)
    assert "Sample Clinic" in said.body.text
    assert CLINIC.texts["clinic_phone"] in said.body.text
    assert "emergency" in said.body.text
    assert WORDS not in said.body.text
    assert [key.label for key in said.body.keys] == ["Emergency"]


@pytest.mark.parametrize(
    ("what", "language"),
    [
        (Started(language="ja-JP"), "ja"),
        (Said("はじめまして"), "ja"),
        (Said("你好"), "zh-Hans"),
        (Said("مرحبا"), "ar"),
        (Said("Tôi muốn hỏi về điều trị"), "vi"),
        (Said("bonjour"), "en"),
    ],
    ids=str,
)
def test_it_is_said_in_their_language_as_far_as_anybody_can_tell(what, language):
    assert answer(what).body.language == language


@pytest.mark.parametrize(
    "what", [Said("I have chest pain"), Said("胸が痛い"), Chose("c:emergency", ack="q1")]
)
def test_danger_brings_the_emergency_numbers_at_once_and_still_no_patient(what):
    said = answer(what)

    assert (said.kind, said.every) == ("help", HELP_AGAIN)
    assert CLINIC.texts["clinic_emergency_phone"] in said.body.text


def test_where_only_links_may_go_help_is_the_products_own_line():
    said = answer(
        Said("chest pain"),
        channel=ChannelKind.WHATSAPP,
        world={"links_only": frozenset({ChannelKind.WHATSAPP})},
    )

    assert CLINIC.texts["clinic_emergency_phone"] not in said.body.text
    assert "In an emergency" in said.body.text


def test_a_button_is_acknowledged():
    assert answer(Chose("c:start", ack="q1")).body.ack == "q1"


@pytest.mark.parametrize("what", [Said("STOP"), ContactStopped("blocked"), Unusable("group")], ids=str)
def test_some_things_are_answered_with_silence(what):
    assert [type(change) for change in changes(what)] == [SettleInbox]


@pytest.mark.parametrize(
    "fields",
    [
        {"invited": True},
        {"clinic": CLINIC},
        {"clinic": replace(CLINIC, texts={ENTRANCE: ANYBODY}), "world": {"invited_only": True}},
        {"channel": ChannelKind.WEB},
    ],
    ids=["by an invitation", "where anybody may", "whatever the setting says", "at the web chat's own door"],
)
def test_others_begin_as_ever(fields):
    assert AddPatient in {type(change) for change in changes(Started(), **fields)}


def test_who_is_known_goes_on():
    desk = Desk(channel=ChannelKind.TELEGRAM)
    desk.start("en")
    known = replace(desk.case, clinic=CLOSED)
    row = InboxRow("in2", CLOSED.id, desk.channel, "main", "here", b"", NOON, 1, 1)

    followed = inbound.decide(Event("m2", NOON, Said("hello")), known, desk.around.world(CLOSED), row)

    assert TurnAway not in {type(change) for change in followed}


@pytest.mark.parametrize(
    ("chosen", "usual", "only"), [("", True, True), ("", False, False), (INVITED, False, True)]
)
def test_the_clinic_goes_before_the_setting(chosen, usual, only):
    assert invited_only({ENTRANCE: chosen} if chosen else {}, usual=usual) is only
