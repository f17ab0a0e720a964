"""A template that Meta has stopped is not even tried, and takes no place of the day."""

import pytest

from bot.channels.whatsapp.rationed import Rationed
from bot.channels.whatsapp.templates import is_stopped
from bot.channels.whatsapp.vetted import STOPPED, Vetted
from handlers.errors import TemplateRefused
from tests.channels.whatsapp.test_rationed import message, room


async def stopped(name, language):
    return (name, language) == ("checkin_start_v1", "en")


async def fine(name, language):
    return False


async def taken(address):
    raise AssertionError("a place was taken")


async def test_a_stopped_template_is_held_before_anything_is_asked_or_counted(channel):
    with pytest.raises(TemplateRefused, match=STOPPED) as refused:
        await Vetted(Rationed(channel, taken), stopped).send(message())

    assert refused.value.alone


@pytest.mark.parametrize(("asked", "is_open"), [(fine, False), (stopped, True)])
async def test_any_other_template_goes_and_within_the_window_none_is_needed(
    provider, channel, asked, is_open
):
    await provider.whatsapp_patient(user_id="").say("hello")

    assert await Vetted(Rationed(channel, room), asked).send(message(window_open=is_open))


@pytest.mark.parametrize(
    ("status", "category", "is_so"),
    [
        *((status, "UTILITY", True) for status in ("PAUSED", "DISABLED", "REJECTED", "MISSING")),
        *((status, "", False) for status in ("", "APPROVED", "REINSTATED", "UNPAUSED", "FLAGGED", "PENDING")),
        ("APPROVED", "MARKETING", True),
    ],
)
def test_what_counts_as_stopped(status, category, is_so):
    assert is_stopped(status, category) is is_so
