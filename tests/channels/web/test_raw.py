"""Our own raw items."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from bot.channels.web.raw import Item, pack, parse
from handlers.core.events import (
    Chose,
    Delivery,
    Event,
    FileKind,
    Other,
    Receipt,
    Said,
    SentDocument,
    Started,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "what",
    [
        Said("手が震えます \u202e \U0001f600 \x00"),
        Chose("a:r:1:0"),
        Started("token", "ja"),
        SentDocument("name.key", FileKind.PHOTO, "scan.heic", "image/heic", 123),
        Receipt("o1", Delivery.DELIVERED, "o1"),
        Other("link"),
    ],
)
def test_what_was_packed_is_understood_again(what):
    assert parse(pack(Item("page-id-1", NOON, what))) == Event("page-id-1", NOON, what)


def test_half_a_character_from_the_keyboard_becomes_one_that_can_be_stored():
    said = parse(pack(Item("page-id-1", NOON, Said("pain \ud83d"))))
    sent = parse(pack(Item("page-id-2", NOON, SentDocument("r", FileKind.PHOTO, "\ud83d.jpg"))))

    assert said.what == Said("pain \ufffd")
    assert sent.what == SentDocument("r", FileKind.PHOTO, "\ufffd.jpg")


@given(st.binary() | st.sampled_from([b"{}", b"[]", b"null", b'{"id":1,"at":"x","is":"text"}', b"1e999"]))
def test_whatever_the_bytes_parsing_never_raises(raw):
    assert isinstance(parse(raw).what, Other)
