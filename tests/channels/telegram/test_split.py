"""Update JSON → dedupe key and conversation (channels.md section 5)."""

import hashlib
import json

import pytest
from hypothesis import given

from bot.channels.telegram.split import split, split_batch
from tests.channels.telegram import updates as given_
from tests.channels.telegram.test_parse import JSON
from tests.channels.telegram.updates import CHAT, raw

BOT = "7000000001"

SAME = [
    (given_.message(text="a"), given_.message(update_id=5, text="a")),
    (given_.edit(text="a"), given_.edit(update_id=5, text="a")),
    (given_.tap(), given_.tap(update_id=5)),
    (given_.membership("kicked"), given_.membership("kicked", update_id=5)),
    ({"update_id": 1, "new_thing": {"a": 1, "b": 2}}, {"new_thing": {"b": 2, "a": 1}, "update_id": 1}),
]

DIFFERENT = [
    (given_.message(), given_.message(message_id=42)),
    (given_.message(), given_.message(chat={"id": 5, "type": "private"})),
    (given_.message(), given_.edit(message_id=41)),
    (given_.edit(), given_.edit(edit_date=7)),
    (given_.tap(), given_.tap(id="7")),
    (given_.membership("kicked"), given_.membership("member")),
    (given_.membership("kicked"), given_.membership("kicked", date=7)),
    # The same update_id after a silent week is another update.
    ({"update_id": 1, "new_thing": {"a": 1}}, {"update_id": 1, "new_thing": {"a": 2}}),
]


def key(update, bot=BOT):
    [piece] = split(raw(update), bot)
    return piece.dedupe_key


@pytest.mark.parametrize(("first", "again"), SAME)
def test_what_happened_once_has_one_key_however_it_is_delivered(first, again):
    assert key(first) == key(again)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_not_the_same_has_another_key(one, other):
    assert key(one) != key(other)


def test_another_bot_has_other_keys():
    assert key(given_.message()) != key(given_.message(), "7000000002")


@pytest.mark.parametrize(
    "update",
    [
        given_.message(),
        given_.edit(),
        given_.tap(),
        given_.tap(message=None),
        given_.membership("kicked"),
        {"update_id": 1, "message_reaction": {"chat": {"id": CHAT}}},
    ],
)
def test_the_conversation_is_the_chat(update):
    [piece] = split(raw(update), BOT)

    assert piece.conversation == str(CHAT)


def test_no_address_stands_in_a_key():
    assert str(CHAT) not in key(given_.message())


@pytest.mark.parametrize("garbage", [b"", b"{", b"\xff", b"[]", b"[" * 200_000])
def test_an_unreadable_item_has_its_hash_as_key_and_conversation(garbage):
    [piece] = split(garbage, BOT)

    assert piece.dedupe_key == piece.conversation == f"raw:{hashlib.sha256(garbage).hexdigest()}"


def test_the_bytes_are_kept_as_they_came():
    body = b'{"update_id": 1,   "message": {"text": "\\u00e9"}}'

    [piece] = split(body, BOT)

    assert piece.raw == body


def test_a_batch_keeps_its_order_and_its_bad_items():
    updates = [given_.message(), "nonsense", given_.tap()]

    pieces = split_batch(updates, BOT)

    assert [json.loads(piece.raw) for piece in pieces] == updates


@given(JSON)
def test_whatever_json_comes_it_has_a_key(update):
    [piece] = split(raw(update), BOT)

    assert piece.dedupe_key.encode()
    assert piece.conversation.encode()
