"""The day's limit in front of the channel."""

from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.rationed import Rationed
from handlers.core.messages import Body, Outbound, Template
from handlers.errors import DayFull

TOMORROW = datetime(2026, 6, 2, tzinfo=UTC)
OPENING = Body("Start?", template=Template("checkin_start_v1", "en", ("A", "B")), language="en")
PHONE = "12025550143"


def message(*, body=OPENING, window_open=False):
    return Outbound("ob_1", 1, PHONE, body, window_open=window_open)


async def full(address):
    return TOMORROW


async def room(address):
    return None


async def test_a_template_outside_the_window_waits_for_a_place(channel):
    with pytest.raises(DayFull) as refused:
        await Rationed(channel, full).send(message())

    assert refused.value.until == TOMORROW


async def test_with_a_place_it_goes(provider, channel):
    await provider.whatsapp_patient(user_id="").say("hello")

    assert await Rationed(channel, room).send(message())


async def test_an_answer_within_the_window_takes_no_place(provider, channel):
    await provider.whatsapp_patient(user_id="").say("hello")

    assert await Rationed(channel, full).send(message(window_open=True))
