"""Stored item → event."""

from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.split import split
from handlers.core.events import (
    NO_TIME,
    AddressChanged,
    Chose,
    Delivery,
    Edited,
    FileKind,
    Other,
    Receipt,
    Said,
    SentDocument,
    Setback,
    Started,
    Unusable,
    Withdrawn,
)
from tests.channels.whatsapp import webhooks as given_
from tests.channels.whatsapp.webhooks import (
    DOCUMENT,
    NAMELESS,
    NUMBER,
    PHONE,
    SENT_AT,
    TOO_LARGE,
    USER,
    message,
    raw,
    said,
    status,
)


def event_in(webhook):
    [piece] = split(raw(webhook), NUMBER).pieces
    return parse(piece.raw)


def reply(kind, **held):
    return message("interactive", interactive={"type": kind, kind: held})


REF = "1003200440055006.f551b2174575817978b16990a745bd1f50b6bd76eadc9d9b25b549f26d1af664"
PAPER = SentDocument(REF, FileKind.DOCUMENT, "referral.pdf", "application/pdf", caption="from my doctor")
CODE = "AbC-1234_x" * 4 + "AbC"
MESSAGES = [
    (said("March 2019"), Said("March 2019")),
    (said("a\ud800b"), Said("a\ufffdb")),
    (said("May", context={"id": "wamid.OUT1"}), Said("May", reply_to="wamid.OUT1")),
    (said(f"Hello, my invitation is #{CODE}"), Started(CODE)),
    (said("My file has the number #AB-1234567"), Said("My file has the number #AB-1234567")),
    (said("/start inv_7Qm2x"), Started("inv_7Qm2x")),
    (said("# 7"), Said("# 7")),
    (said(""), Unusable("text")),
    (message("button", button={"payload": "f:1:start", "text": "Start"}), Chose("f:1:start")),
    (message("button", button={"text": "Start"}), Said("Start")),
    (message("button"), Unusable("button")),
    (reply("button_reply", id="a:x:0:yes", title="Yes"), Chose("a:x:0:yes")),
    (reply("list_reply", id="a:x:0:3", title="In a wheelchair"), Chose("a:x:0:3")),
    (reply("list_reply", title="In a wheelchair"), Said("In a wheelchair")),
    (reply("nfm_reply", response_json="{}"), Unusable("nfm_reply")),
    (message("interactive"), Unusable("button")),
    (message("document", document=DOCUMENT), PAPER),
    (message("document", document={}), Unusable("document")),
    (
        message("image", image={"id": "1", "mime_type": "image/jpeg"}),
        SentDocument("1", FileKind.PHOTO, mime="image/jpeg"),
    ),
    (message("audio", audio={"id": "1", "voice": True}), SentDocument("1", FileKind.VOICE)),
    (message("audio", audio={"id": "1"}), SentDocument("1", FileKind.AUDIO)),
    (message("video", video={"id": 17}), SentDocument("17", FileKind.VIDEO)),
    (message("sticker", sticker={"id": "1"}), Unusable("sticker")),
    (message("location", location={"latitude": 1}), Unusable("location")),
    (message("contacts", contacts=[{}]), Unusable("contacts")),
    (message("order"), Unusable("order")),
    (message("reaction", reaction={"emoji": "x", "message_id": "w"}), Unusable("reaction")),
    (message("reaction", reaction={"message_id": "w"}), Other("reaction")),
    (message("unsupported", unsupported={"type": "poll"}), Unusable("poll")),
    (message("unsupported", errors=[TOO_LARGE]), Unusable("too-large")),
    (message("unsupported"), Unusable("unsupported")),
    (message("hologram"), Unusable("hologram")),
    (message("referral"), Unusable("referral")),
    (message("request_welcome"), Other("request_welcome")),
    (message(""), Other("message")),
    (said("hi", group_id="g1"), Unusable("group")),
    (
        message(
            "edit", edit={"original_message_id": "w1", "message": {"type": "text", "text": {"body": "new"}}}
        ),
        Edited("w1", "new"),
    ),
    (
        message(
            "edit",
            edit={"original_message_id": "w1", "message": {"type": "image", "image": {"caption": "c"}}},
        ),
        Edited("w1", "c"),
    ),
    (message("revoke", revoke={"original_message_id": "w1"}), Withdrawn("w1")),
    (message("system", system={"type": "customer_identity_changed"}), Other("system")),
]


@pytest.mark.parametrize(("found", "what"), MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_becomes_what_it_means(found, what):
    assert event_in(given_.messages(found)).what == what


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (status("sent"), Receipt("wamid.OUT0001", Delivery.SENT, "ob_1")),
        (status("delivered"), Receipt("wamid.OUT0001", Delivery.DELIVERED, "ob_1")),
        (status("read", biz_opaque_callback_data=None), Receipt("wamid.OUT0001", Delivery.READ)),
        (status("played"), Receipt("wamid.OUT0001", Delivery.READ, "ob_1")),
        (
            status("failed", errors=[{"code": 131049}]),
            Receipt("wamid.OUT0001", Delivery.FAILED, "ob_1", "131049", Setback.NOT_TODAY),
        ),
        (status("failed", errors="x"), Receipt("wamid.OUT0001", Delivery.FAILED, "ob_1")),
        (status("unheard-of"), Other("status")),
    ],
)
def test_a_status_says_how_far_a_message_got(found, what):
    assert event_in(given_.statuses(found)).what == what


@pytest.mark.parametrize(
    ("sender", "system", "what"),
    [
        (
            {"from": PHONE},
            {
                "type": "user_changed_number",
                "wa_id": "12025550178",
                "previous_user_id": USER,
                "user_id": "US.9",
            },
            AddressChanged(USER, "US.9"),
        ),
        (
            {"from": PHONE},
            {"type": "user_changed_number", "wa_id": "12025550178"},
            AddressChanged(PHONE, "12025550178"),
        ),
        (
            {},
            {"type": "user_changed_user_id", "previous_user_id": USER, "user_id": "US.9"},
            AddressChanged(USER, "US.9"),
        ),
        ({}, {"type": "user_changed_user_id"}, Other("no-sender")),
        ({"from": PHONE}, {"type": "user_changed_user_id"}, Other("system")),
    ],
)
def test_a_changed_address_is_told(sender, system, what):
    found = {"id": "w", "timestamp": "1", "type": "system", "system": system} | sender

    assert event_in(given_.messages(found, contacts=[])).what == what


@pytest.mark.parametrize(
    ("webhook", "what"),
    [
        (given_.body(given_.change(errors=[{"code": "x"}])), Other("error")),
        (given_.body({"field": "flows", "value": {"event": "X"}}), Other("flows")),
        (
            given_.messages({"id": "w", "type": "text", "text": {"body": "x"}}, contacts=[]),
            Other("no-sender"),
        ),
        (given_.body({"field": "messages", "value": "x"}), Other("unreadable")),
        (given_.body(given_.change()), Other("messages")),
    ],
)
def test_what_concerns_nobody_is_other(webhook, what):
    assert event_in(webhook).what == what


def test_a_message_tells_its_id_its_time_its_sender_and_the_other_address():
    event = event_in(given_.messages(said()))

    assert (event.message_id, event.sender_name, event.aliases) == ("wamid.IN0001", "Patient A", (PHONE,))
    assert event.at == datetime.fromtimestamp(SENT_AT, UTC)


def test_somebody_without_a_phone_number_has_no_other_address():
    found = said() | {"from": None}

    assert event_in(given_.messages(found, contacts=[NAMELESS])).aliases == ()


@pytest.mark.parametrize("time", ["", "soon", "-1", "9" * 30, None, 1.5, True])
def test_a_time_that_is_none_is_no_time(time):
    assert event_in(given_.messages(said() | {"timestamp": time})).at == NO_TIME


@pytest.mark.parametrize(
    ("code", "setback"),
    [
        (131026, Setback.GONE),
        (131050, Setback.GONE),
        (131047, Setback.WINDOW_CLOSED),
        (132015, Setback.TEMPLATE),
        (131042, Setback.ACCOUNT),
        (131016, Setback.PASSING),
        (131000, Setback.PASSING),
        (131049, Setback.NOT_TODAY),
        (131053, Setback.NONE),
        (999999, Setback.NONE),
    ],
)
def test_a_failed_status_says_what_else_it_means(code, setback):
    found = event_in(given_.statuses(status("failed", errors=[{"code": code}])))

    assert found.what.setback is setback
