import json
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from handlers.core import codec
from handlers.core.case import Dialogue
from handlers.core.messages import Body, Button, Template
from handlers.core.pending import Confirm, ConfirmKind
from handlers.core.values import (
    Coding,
    DocumentId,
    FileRef,
    PartialDate,
    Quantity,
    ResponseId,
    Slot,
    Url,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVERY_KIND = (
    True,
    7,
    Decimal("1.50"),
    "寄り添い",
    Url("https://example.org/a"),
    Coding("yes", "urn:x", "Yes"),
    Quantity(Decimal("72.5"), "kg"),
    PartialDate(2019, 3),
    PartialDate(1950, about=True),
    NOON,
    time(9, 30),
    FileRef(DocumentId("d1"), "application/pdf", "mri.pdf"),
)

texts = st.text(st.characters(), max_size=20)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
values = st.one_of(
    st.booleans(),
    st.integers(),
    decimals,
    texts,
    st.builds(Url, texts),
    st.builds(Coding, texts, texts, texts),
    st.builds(Quantity, decimals, texts),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12), st.integers(1, 28), st.booleans()),
    st.datetimes(timezones=st.just(UTC)),
    st.times(),
    st.builds(FileRef, texts, texts, texts),
)


@given(st.lists(values, max_size=4).map(tuple))
def test_every_value_comes_back_as_it_was(given_values):
    text = codec.encode_values(given_values)

    assert codec.decode_values(text) == given_values
    assert text.encode()


def test_every_kind_keeps_its_type():
    back = codec.decode_values(codec.encode_values(EVERY_KIND))

    assert [type(value) for value in back] == [type(value) for value in EVERY_KIND]
    assert str(back[2]) == "1.50"


def test_a_full_dialogue_comes_back_as_it_was():
    slot = Slot("b", (1,))
    confirm = Confirm(ConfirmKind.READ_BACK, ResponseId("r1"), slot, "[true]")
    dialogue = Dialogue(
        ResponseId("r1"), slot, 2, ("x",), 1, confirm, Slot("a"), "main", "a:r1:0:1", "2026", ("d",)
    )

    dialogue = replace(dialogue, listed=(("c:menu", "Menu"),))

    assert codec.decode_dialogue(codec.encode_dialogue(dialogue)) == dialogue


def test_a_fresh_dialogue_takes_two_characters():
    assert codec.encode_dialogue(Dialogue()) == "{}"
    assert codec.decode_dialogue("{}") == Dialogue()


def test_a_message_comes_back_as_it_was():
    button = Button("a:r1:0:1", "Yes", "detail", picked=True)
    body = Body("Hello", (button,), (button,), "hint", True, Template("open", "en", ("A",), ("p",)), "ack")  # noqa: FBT003

    assert codec.decode_body(codec.encode_body(body)) == body


@pytest.mark.parametrize(
    ("decode", "text", "expected"),
    [
        (codec.decode_dialogue, '{"page":1,"new":[1]}', Dialogue(page=1)),
        (codec.decode_body, '{"text":"x","new":{}}', Body("x")),
        (codec.decode_values, '[{"t":"coding","v":"a","new":1}]', (Coding("a"),)),
    ],
)
def test_what_a_newer_version_added_is_ignored(decode, text, expected):
    assert decode(text) == expected


@pytest.mark.parametrize("text", ["{}", "null", "3", "no json", '[{"t":"planet","v":1}]'])
def test_what_is_not_ours_is_a_value_error(text):
    with pytest.raises(ValueError, match=r".+"):
        codec.decode_values(text)


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        ((), None),
        ((Coding("yes"),), "yes"),
        ((Coding("a"), Coding("b")), ["a", "b"]),
        ((PartialDate(2019, 3, 7),), "2019-03-07"),
        ((NOON,), "2026-11-24T12:00:00Z"),
        ((Decimal("1.5"),), 1.5),
        ((Quantity(Decimal("70.0"), "kg"),), {"value": 70, "unit": "kg"}),
        ((FileRef(DocumentId("d1")),), "d1"),
    ],
)
def test_the_contract_export_shows_plain_values(given_values, expected):
    assert codec.plain(given_values) == expected


def test_plain_values_are_json():
    assert json.dumps(codec.plain(EVERY_KIND))
