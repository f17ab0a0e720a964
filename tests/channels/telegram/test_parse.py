"""Update JSON → event."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from bot.channels.telegram.parse import parse
from handlers.core.events import (
    NO_TIME,
    Chose,
    ContactResumed,
    ContactStopped,
    Edited,
    FileKind,
    Other,
    Said,
    SentDocument,
    Started,
    Unusable,
)
from tests.channels.telegram import updates as given_
from tests.channels.telegram.updates import CHANNEL, DOCUMENT, GROUP, PHOTO, SENT_AT, VOICE, raw

PAPER = SentDocument(
    ref="BQAC-1", kind=FileKind.DOCUMENT, name="referral.pdf", mime="application/pdf", size=481202
)

TEXTS = [
    ("March 2019", Said("March 2019")),
    ("/start inv_7Qm2", Started("inv_7Qm2", "ja")),
    ("/start", Started("", "ja")),
    ("/start@clinic_bot inv", Started("inv", "ja")),
    ("/start a b; drop", Started("", "ja")),
    ("/stop", Chose("c:stop")),
    ("/stop please", Chose("c:stop")),
    ("/HELP", Chose("c:help")),
    (" /menu ", Chose("c:menu")),
    ("/language", Chose("c:language")),
    ("/privacy@clinic_bot", Chose("c:privacy")),
    ("/back", Said("back")),
    ("/change 7", Said("change 7")),
    ("/help me I fell", Said("help me I fell")),
    ("/unheard_of", Said("unheard_of")),
    ("/ 5", Said("/ 5")),
    ("120/80", Said("120/80")),
    ("a\ud800b", Said("a\ufffdb")),
    ("はい", Said("はい")),
    ("x" * 100_000, Said("x" * 100_000)),
]


@pytest.mark.parametrize(
    ("text", "what"), TEXTS, ids=[text[:20].encode("ascii", "replace") for text, _ in TEXTS]
)
def test_typed_words_become_what_they_mean(text, what):
    event = parse(raw(given_.message(text=text)))

    assert event.what == what


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"document": DOCUMENT}, PAPER),
        (
            {"photo": PHOTO, "caption": "my medicine list", "media_group_id": "137"},
            SentDocument(
                "AgAC-x", FileKind.PHOTO, "", "image/jpeg", 148231, caption="my medicine list", album="137"
            ),
        ),
        ({"photo": PHOTO[::-1]}, SentDocument("AgAC-x", FileKind.PHOTO, "", "image/jpeg", 148231)),
        ({"voice": VOICE}, SentDocument("AwAC-1", FileKind.VOICE, "", "audio/ogg")),
        ({"audio": VOICE}, SentDocument("AwAC-1", FileKind.AUDIO, "", "audio/ogg")),
        ({"video": VOICE}, SentDocument("AwAC-1", FileKind.VIDEO, "", "audio/ogg")),
        ({"video_note": {"file_id": "v"}}, SentDocument("v", FileKind.VIDEO)),
        ({"animation": {"file_id": "v"}, "document": DOCUMENT}, SentDocument("v", FileKind.VIDEO)),
        (
            {"document": {**DOCUMENT, "file_size": "big"}},
            SentDocument(*("BQAC-1", FileKind.DOCUMENT), name="referral.pdf", mime="application/pdf"),
        ),
        ({"photo": []}, Other("message")),
        ({"photo": [None, {"file_id": 7}]}, Other("message")),
        ({"sticker": {"file_id": "s"}}, Unusable("sticker")),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, Unusable("location")),
        ({"contact": {"phone_number": "1"}}, Unusable("contact")),
        ({"poll": {"id": "1"}}, Unusable("poll")),
        ({"dice": {"value": 3}}, Unusable("dice")),
        ({"pinned_message": {}}, Other("message")),
        ({"text": "hello", "chat": GROUP}, Unusable("group")),
        ({"text": 5}, Other("message")),
    ],
)
def test_a_message_becomes_what_it_holds(fields, what):
    event = parse(raw(given_.message(**fields)))

    assert event.what == what


@pytest.mark.parametrize(
    ("update", "what"),
    [
        (given_.tap(), Chose("a:7f3k:0:1", ack="4251887340912265501")),
        (
            given_.tap(message={"chat": given_.private(), "message_id": 12, "date": 0}),
            Chose("a:7f3k:0:1", ack="4251887340912265501"),
        ),
        (given_.tap(message=None), Chose("a:7f3k:0:1", ack="4251887340912265501")),
        (given_.tap(data=None), Other("callback_query")),
        (given_.edit(text="May 2019"), Edited("44", "May 2019")),
        (given_.edit(caption="page 2"), Edited("44", "page 2")),
        (given_.edit(text="x", chat=GROUP), Other("group")),
        (given_.membership("kicked"), ContactStopped("blocked")),
        (given_.membership("member"), ContactResumed()),
        (given_.membership("restricted"), Other("my_chat_member")),
        (given_.membership("member", chat=GROUP), Unusable("group")),
        (given_.membership("administrator", chat=CHANNEL), Unusable("group")),
        (given_.membership("left", chat=GROUP), Other("group")),
        ({"update_id": 1, "message_reaction": {"chat": given_.private()}}, Other("message_reaction")),
        ({"update_id": 1, "channel_post": {"chat": CHANNEL, "text": "x"}}, Other("channel_post")),
        ({"update_id": 1, "message": "not an object"}, Other("unreadable")),
        ({"update_id": 1}, Other("unreadable")),
        ([1, 2], Other("unreadable")),
    ],
)
def test_an_update_becomes_what_happened(update, what):
    event = parse(raw(update))

    assert event.what == what


def test_a_message_tells_its_id_its_time_and_its_sender():
    event = parse(raw(given_.message(text="hi", **{"from": given_.person(last_name="Example")})))

    assert (event.message_id, event.sender_name) == ("41", "Patient Example")
    assert event.at == datetime.fromtimestamp(SENT_AT, UTC)


def test_a_quoted_message_is_named():
    event = parse(raw(given_.message(text="March", reply_to_message={"message_id": 43})))

    assert event.what == Said("March", reply_to="43")


def test_a_tap_has_no_time_of_its_own():
    event = parse(raw(given_.tap()))

    assert (event.message_id, event.at) == ("4251887340912265501", NO_TIME)


def test_an_edit_is_dated_by_its_edit():
    event = parse(raw(given_.edit(text="May")))

    assert event.at == datetime.fromtimestamp(SENT_AT + 130, UTC)


@pytest.mark.parametrize("date", [0, -1, 2**62, "soon", None, 1.5, True])
def test_a_time_that_is_none_is_no_time(date):
    event = parse(raw(given_.message(text="hi", date=date)))

    assert event.at == NO_TIME


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"\xff\xfe", b"null", b"7", b"[" * 200_000, b'{"update_id":' + b"9" * 5000]
)
def test_bytes_that_are_no_update_become_other(garbage):
    assert parse(garbage).what == Other("unreadable")


NAMES = st.sampled_from(
    [
        "message_id",
        "date",
        "chat",
        "from",
        "text",
        "photo",
        "document",
        "file_id",
        "id",
        "type",
        "data",
        "message",
        "new_chat_member",
        "status",
        "edit_date",
        "caption",
        "reply_to_message",
        "first_name",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["private", "kicked", "/start x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "new_thing"])


@given(st.dictionaries(KINDS, JSON, max_size=2) | JSON)
def test_whatever_json_comes_parsing_never_raises(update):
    event = parse(raw(update))

    repr(event).encode("utf-8")


@given(
    st.dictionaries(NAMES, JSON),
    st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
)
def test_a_well_formed_update_with_any_damage_is_still_read(damage, kind):
    whole = {
        "message": given_.message(text="hi"),
        "edited_message": given_.edit(text="hi"),
        "callback_query": given_.tap(),
        "my_chat_member": given_.membership("kicked"),
    }[kind]
    whole[kind] |= damage

    assert parse(raw(whole)).at.tzinfo is UTC
