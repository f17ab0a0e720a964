"""The open page and its messages while the database is away."""

from datetime import timedelta

import pytest

from bot.channels.web import WebChannel
from bot.channels.web.desk import Desk
from bot.channels.web.pages import Pages
from bot.channels.web.stream import Stream
from handlers.core.messages import Body, Outbound
from handlers.errors import ConcurrentUpdate, SendLater, StorageAway

MESSAGE = Outbound("o1", 1, "somebody", Body("How is the shaking?"))


async def away(*_, **__):
    raise StorageAway("down")


async def test_a_page_stays_open_over_an_outage_and_shows_what_came_meanwhile(chat, monkeypatch):
    events = Stream(Desk(chat, Pages(chat)))._events("somebody")
    begun = await anext(events)
    with monkeypatch.context() as outage:
        outage.setattr(chat.reader, "read", away)
        meanwhile = await anext(events)
    chat.reader.say("o1", Body("How is the shaking?"))
    chat.hub.wake("somebody")

    shown = await anext(events)

    await events.aclose()
    assert begun.startswith("retry:")
    assert meanwhile.startswith("event: beat")
    assert "How is the shaking?" in shown


async def test_a_message_of_which_nobody_knows_whether_a_page_is_open_is_sent_later_and_is_not_ambiguous(
    chat,
):
    async def unreachable(message):
        raise AssertionError

    with pytest.raises(SendLater) as raised:
        await WebChannel(chat, away, unreachable).send(MESSAGE)

    assert (raised.value.code, raised.value.free) == ("storage", True)


async def test_a_case_that_moved_on_while_it_was_noted_that_nobody_looks_makes_no_send_ambiguous(chat):
    async def is_open(address):
        return False

    async def unreachable(message):
        raise ConcurrentUpdate("the case has moved on")

    with pytest.raises(SendLater) as raised:
        await WebChannel(chat, is_open, unreachable).send(MESSAGE)

    assert (raised.value.code, raised.value.free, raised.value.alone) == ("case-moved-on", True, True)


async def test_an_email_that_left_is_no_failure_although_it_could_not_be_noted(chat, monkeypatch):
    chat.emails.address = "maria@example.com"
    monkeypatch.setattr(chat.emails, "told", away)

    async def is_open(address):
        return chat.hub.is_open(address)

    sent = await WebChannel(chat, is_open, away).send(MESSAGE)

    assert sent == "o1"
    assert len(chat.mail.sent) == 1


def test_the_hub_tells_whose_pages_are_open_or_were_a_moment_ago(chat, clock):
    with chat.hub.watch("somebody"):
        pass
    soon = chat.hub.recent(timedelta(seconds=20))
    clock.pass_time(timedelta(seconds=21))

    with chat.hub.watch("another"):
        later = chat.hub.recent(timedelta(seconds=20))

    assert (soon, later) == ({"somebody"}, {"another"})
