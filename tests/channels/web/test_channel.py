"""Handing a message over: to the open page, by one neutral e-mail, or to a person."""

from datetime import timedelta

import pytest

from bot.channels.web import Hub, WebChannel
from handlers.core.messages import Body, Outbound
from handlers.errors import AccountFault, ContactGone, SendLater, SendUncertain

MESSAGE = Outbound("o1", 1, "somebody", Body("How is the shaking?"))


class Told:
    def __init__(self):
        self.messages = []

    async def __call__(self, message):
        self.messages.append(message.outbox_id)


@pytest.fixture
def unreachable():
    return Told()


@pytest.fixture
def channel(chat, unreachable):
    async def is_open(address):
        return chat.hub.is_open(address)

    return WebChannel(chat, is_open, unreachable)


async def test_an_open_page_is_woken_and_nobody_else_is_told(channel, chat, unreachable):
    chat.emails.address = "maria@example.com"
    with chat.hub.watch("somebody") as watch:
        sent = await channel.send(MESSAGE)

        assert await watch.wait(0.01)
    assert sent == "o1"
    assert (chat.mail.sent, unreachable.messages) == ([], [])


async def test_a_message_without_an_open_page_sends_one_neutral_email_per_silence(channel, chat):
    chat.emails.address = "maria@example.com"

    await channel.send(MESSAGE)
    await channel.send(MESSAGE)

    [(to, subject, text)] = chat.mail.sent
    assert to == "maria@example.com"
    assert "shaking" not in subject + text
    assert f"{chat.public_url}/chat/r/" in text


async def test_without_page_and_email_a_person_is_told_and_the_message_waits(channel, unreachable):
    sent = await channel.send(MESSAGE)

    assert sent == "o1"
    assert unreachable.messages == ["o1"]


async def test_a_mail_server_out_of_reach_means_later_and_the_silence_is_not_used_up(channel, chat):
    chat.emails.address = "maria@example.com"
    chat.mail.fault = SendLater("smtp-connect")

    with pytest.raises(SendLater):
        await channel.send(MESSAGE)

    assert chat.emails.is_due


async def test_a_mail_server_that_refuses_us_holds_no_page_back(channel, chat):
    chat.emails.address = "maria@example.com"
    chat.mail.fault = AccountFault("smtp-sign-in")

    with pytest.raises(SendLater) as caught:
        await channel.send(MESSAGE)

    assert caught.value.alone


async def test_an_email_that_may_have_gone_out_leaves_the_message_uncertain(channel, chat):
    chat.emails.address = "maria@example.com"
    chat.mail.fault = SendUncertain("smtp-broken-off", alone=True)

    with pytest.raises(SendUncertain):
        await channel.send(MESSAGE)


async def test_an_email_address_that_is_refused_leads_to_a_person(channel, chat, unreachable):
    chat.emails.address = "gone@example.com"
    chat.mail.fault = ContactGone("smtp-recipient")

    await channel.send(MESSAGE)

    assert unreachable.messages == ["o1"]


async def test_the_link_in_the_email_opens_the_chat_once(client, channel, chat):
    chat.emails.address = "maria@example.com"
    await channel.send(MESSAGE)
    path = chat.mail.sent[0][2].partition(chat.public_url)[2].strip()

    looked = await client.get(path)
    opened = await client.post(path)
    client.cookies.clear()
    again = await client.post(path)

    assert [looked.status_code, opened.status_code, again.status_code] == [200, 303, 410]


async def test_a_page_that_just_closed_still_counts_as_open(clock):
    hub = Hub(clock.now)
    with hub.watch("somebody"):
        pass

    assert hub.is_open("somebody")
    clock.pass_time(timedelta(minutes=2))
    assert not hub.is_open("somebody")


async def test_closing_the_hub_ends_the_streams(patient, chat):
    chat.hub.close()

    async with patient.stream("GET", "/chat/events") as stream:
        text = "".join([part async for part in stream.aiter_text()])

    assert text.startswith("retry:")
