"""While we work on an answer the patient sees "read" and "typing": beside the work, and only then."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.split import split
from bot.channels.whatsapp.typing import MOST_AT_ONCE, Typing, message_in
from handlers.core.values import ChannelKind, ClinicId
from handlers.ports import InboxRow
from tests.channels.whatsapp import webhooks as given_
from tests.channels.whatsapp.webhooks import NUMBER, said

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def raw(message):
    [piece] = split(json.dumps(given_.messages(message)).encode(), NUMBER).pieces
    return piece.raw


def row(message=None, *, attempts=1, channel=ChannelKind.WHATSAPP):
    return InboxRow("i", ClinicId("c"), channel, "main", "a", raw(message or said()), NOON, attempts, 1)


async def shown(*rows):
    """Return how many were shown; each takes until all were noticed."""
    begun, gate = [], asyncio.Event()

    async def show(message):
        begun.append(message)
        await gate.wait()

    typing = Typing(show, lambda: NOON)
    for one in rows:
        typing.notice(one)
    await asyncio.sleep(0)
    await typing.close()
    return len(begun)


async def test_a_message_is_shown_as_read_once():
    assert await shown(row()) == 1
    assert await shown(row(attempts=2), row(channel=ChannelKind.TELEGRAM)) == 0


async def test_where_too_many_come_at_once_some_go_without():
    assert await shown(*[row() for _ in range(40)]) == MOST_AT_ONCE


async def test_whatever_becomes_of_it_is_nobodys_business(channel):
    typing = Typing(channel.mark_read, lambda: NOON)

    typing.notice(row())  # the fake provider knows no such message

    await asyncio.gather(*typing._tasks)


async def test_meta_is_asked_to_show_it(channel, provider):
    wamid = (await provider.whatsapp_patient().say("hello"))["wamid"]
    typing = Typing(channel.mark_read, lambda: NOON)

    typing.notice(row(said() | {"id": wamid}))
    await asyncio.gather(*typing._tasks)

    [line] = await provider.ledger(method="read")
    assert (line["accepted"], line["body"]["message_id"]) == (True, wamid)


@pytest.mark.parametrize(
    "change", [{"type": "reaction"}, {"type": "system"}, {"type": "request_welcome"}, {"group_id": "g"}]
)
def test_nobody_waits_for_an_answer_to_everything(change):
    assert not message_in(raw(said() | change))


@pytest.mark.parametrize("junk", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_no_message_is_not_marked(junk):
    assert not message_in(junk)
