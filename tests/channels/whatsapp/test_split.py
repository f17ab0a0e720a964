"""Webhook JSON → pieces with dedupe key and conversation (channels.md section 5)."""

import hashlib
import json

import pytest
from hypothesis import given, strategies as st

from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.split import MOST_ITEMS, split
from handlers.core.events import AccountNews, Other, Receipt, Said, TemplateNews
from tests.channels.whatsapp import webhooks as given_
from tests.channels.whatsapp.webhooks import CONTACT, NUMBER, PHONE, USER, change, message, raw, said, status


def pieces(webhook, number=NUMBER):
    return split(raw(webhook), number).pieces


def key(webhook, number=NUMBER):
    [piece] = pieces(webhook, number)
    return piece.dedupe_key


def test_every_entry_change_message_status_and_error_is_a_piece_of_its_own():
    one = given_.body(
        change(messages=[said("a"), said("b", wamid="wamid.2")], statuses=[status()]),
        change(errors=[{"code": 130429}]),
    )
    two = given_.messages(said("c", wamid="wamid.3"))
    both = one | {"entry": one["entry"] + two["entry"] + given_.template_event()["entry"]}

    kinds = [type(parse(piece.raw).what) for piece in pieces(both)]

    assert kinds == [Said, Said, Receipt, AccountNews, Said, TemplateNews]


def test_a_thousand_updates_keep_their_order_and_their_contacts():
    found = [
        said(str(n), wamid=f"wamid.{n}") | {"from": str(10**10 + n), "from_user_id": f"US.{n}"}
        for n in range(1000)
    ]
    contacts = [{"profile": {"name": f"P{n}"}, "user_id": f"US.{n}"} for n in range(1000)]

    events = [parse(piece.raw) for piece in pieces(given_.messages(*found, contacts=contacts))]

    assert [(event.what.text, event.sender_name) for event in events] == [
        (str(n), f"P{n}") for n in range(1000)
    ]


@pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"id": 7}, {"type": []}, {"id": {}, "type": "system"}])
def test_a_bad_item_costs_no_neighbour(bad):
    found = pieces(given_.messages(said("a"), bad, said("b", wamid="wamid.2")))

    assert [type(parse(piece.raw).what) for piece in found] == [Said, Other, Said]


@pytest.mark.parametrize("depth", [70, 900, 1000, 5000])
def test_an_item_nested_without_end_costs_no_neighbour(depth):
    webhook = given_.messages(said('a "[{'), message(wamid="w2", text=7), said("b", wamid="wamid.3"))
    nested = raw(webhook).replace(b"7}", b"[" * depth + b"]" * depth + b"}")

    found = [parse(piece.raw).what for piece in split(nested, NUMBER).pieces]

    assert len(found) == 3
    assert [found[0].text, found[-1].text] == ['a "[{', "b"]


@pytest.mark.parametrize(
    "broken", [b"[" * 5000, b"[" * 150_000 + b"]" * 150_000, b"[" * 5000 + b'"' + b'\\"' * 500_000]
)
def test_what_is_nested_and_no_json_is_one_unreadable_item(broken):
    [piece] = split(broken, NUMBER).pieces

    assert piece.raw == broken


def test_a_number_that_nobody_can_read_costs_no_neighbour():
    webhook = raw(given_.messages(said("a"), message(wamid="w2", text=7))).replace(b"7}", b"9" * 9000 + b"}")

    assert Said("a") in [parse(piece.raw).what for piece in split(webhook, NUMBER).pieces]


SAME = [
    (given_.messages(said("a")), given_.messages(said("a"), contacts=[])),
    (given_.statuses(status()), given_.statuses(status(timestamp="7"), contacts=[CONTACT])),
    (given_.template_event(), given_.template_event()),
    (
        given_.body(change(errors=[{"code": 1, "title": "x"}])),
        given_.body(change(errors=[{"title": "x", "code": 1}])),
    ),
]
DIFFERENT = [
    (given_.messages(said()), given_.messages(said(wamid="wamid.2"))),
    (given_.statuses(status("sent")), given_.statuses(status("delivered"))),
    (given_.statuses(status()), given_.statuses(status(wamid="wamid.OUT2"))),
    (given_.statuses(status(wamid="wamid.1")), given_.messages(said(wamid="wamid.1"))),
    (given_.template_event("PAUSED"), given_.template_event("REJECTED")),
    (given_.template_event(), given_.template_event(time=5)),
    (given_.messages(said(wamid="")), given_.messages(said("b", wamid=""))),
]


@pytest.mark.parametrize(("first", "again"), SAME)
def test_what_happened_once_has_one_key_however_it_is_delivered(first, again):
    assert key(first) == key(again)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_not_the_same_has_another_key(one, other):
    assert key(one) != key(other)


def test_no_address_stands_in_a_key():
    [piece] = pieces(given_.messages(said()))

    assert not [part for part in (PHONE, USER, "wamid") if part in piece.dedupe_key]


@pytest.mark.parametrize(
    ("webhook", "conversation"),
    [
        (given_.messages(said()), USER),
        (given_.messages(said() | {"from_user_id": ""}), USER),
        (given_.messages(said() | {"from_user_id": ""}, contacts=[]), PHONE),
        (given_.messages({"id": "w", "type": "text", "from_user_id": USER}, contacts=[]), USER),
        (given_.statuses(status(recipient_user_id=USER, recipient_id=PHONE)), USER),
        (given_.statuses(status("failed", recipient_id=PHONE)), PHONE),
        (given_.statuses(status()), "wamid.OUT0001"),
    ],
)
def test_the_conversation_is_the_persons_address(webhook, conversation):
    [piece] = pieces(webhook)

    assert piece.conversation == conversation


def test_what_names_its_own_sender_is_not_the_only_contacts():
    found = said() | {"from": "12025550199", "from_user_id": ""}

    [piece] = pieces(given_.messages(found))

    assert (piece.conversation, parse(piece.raw).sender_name) == ("12025550199", "")


def test_a_change_of_address_stands_in_the_line_of_the_old_one():
    system = {
        "type": "user_changed_number",
        "wa_id": "12025550178",
        "previous_user_id": USER,
        "user_id": "US.9",
    }

    [piece] = pieces(
        given_.messages({"id": "w", "from": PHONE, "type": "system", "system": system}, contacts=[])
    )

    assert piece.conversation == USER


@pytest.mark.parametrize("garbage", [b"", b"{", b"\xff", b"[]", b"{}", b'{"entry": []}', b"[" * 200_000])
def test_an_unreadable_body_is_one_piece_under_its_hash(garbage):
    [piece] = split(garbage, NUMBER).pieces

    assert piece.dedupe_key == piece.conversation == f"raw:{hashlib.sha256(garbage).hexdigest()}"
    assert parse(piece.raw).what == Other("unreadable")


@pytest.mark.parametrize(("most", "rows"), [(MOST_ITEMS, MOST_ITEMS), (10 * MOST_ITEMS, 1)])
def test_a_body_of_endless_items_is_one_piece_too(most, rows):
    assert len(pieces({"entry": list(range(most))})) == rows


def test_what_is_another_numbers_is_counted_and_not_kept():
    mixed = given_.body(change(messages=[said("a")]), change(number="9", messages=[said("b", wamid="w2")]))

    found = split(raw(mixed), NUMBER)

    assert (len(found.pieces), found.foreign) == (1, 1)


def test_what_names_no_number_is_ours_only_if_it_is_of_our_business_account():
    told = given_.template_event() | {"entry": given_.template_event()["entry"] * 2}
    told["entry"][1] = told["entry"][1] | {"id": "7"}

    found = split(raw(told), NUMBER, "318240559917736")

    assert (len(found.pieces), found.foreign) == (1, 1)


def test_what_names_our_number_is_ours_in_any_business_account():
    assert len(split(raw(given_.messages(said())), NUMBER, "7").pieces) == 1


def test_what_stands_beside_the_messages_is_kept_too():
    found = pieces(given_.body(change(messages=[said()], calls=[{"id": "call-1"}])))

    assert json.loads(found[1].raw)["change"] == {"calls": [{"id": "call-1"}]}


NAMES = st.sampled_from(
    [
        "entry",
        "changes",
        "value",
        "field",
        "metadata",
        "phone_number_id",
        "contacts",
        "messages",
        "statuses",
        "errors",
        "id",
        "from",
        "type",
        "from_user_id",
        "text",
        "body",
        "status",
        "code",
        "system",
        "edit",
        "wa_id",
        "interactive",
        "button",
        "button_reply",
        "payload",
        "document",
        "profile",
        "context",
        "timestamp",
        "message",
    ]
)
WORDS = st.sampled_from(
    [
        "messages",
        "text",
        "interactive",
        "system",
        "edit",
        "failed",
        "read",
        "document",
        "1792828800",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


@given(JSON)
def test_whatever_json_comes_each_piece_can_be_stored_and_read(webhook):
    for piece in pieces(webhook):
        assert piece.dedupe_key.encode()
        assert piece.conversation.encode()
        repr(parse(piece.raw)).encode()


@given(st.dictionaries(NAMES, JSON), st.sampled_from(["message", "value", "status"]))
def test_a_well_formed_webhook_with_any_damage_keeps_its_neighbour(damage, where):
    value = change(messages=[said(wamid="w2")], statuses=[status()])["value"]
    target = {"message": value["messages"][0], "status": value["statuses"][0], "value": value}[where]
    target |= damage
    webhook = given_.body({"field": "messages", "value": value}, change(messages=[said("whole", wamid="w1")]))

    events = [parse(piece.raw) for piece in pieces(webhook)]

    assert Said("whole") in [event.what for event in events]
    repr(events).encode()
