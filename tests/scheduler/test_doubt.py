"""The sender in doubt: what may have arrived, what is not taken today, what a template keeps back."""

import asyncio
from datetime import timedelta

import pytest

from handlers.core.changes import OpenTask
from handlers.errors import (
    DayFull,
    NotToday,
    SendUncertain,
    TemplateRefused,
)
from tests.scheduler.fakes import MINUTE, NOON, FakeChannel, FakeOutbox, outbox_row
from tests.scheduler.test_outbox import Told, sender, sent_once
from tests.scheduler.test_trouble import HOUR, WHATSAPP


async def test_whatsapp_is_waited_for_after_a_sender_that_died_over_a_message(time):
    row = outbox_row(channel=WHATSAPP, uncertain=1, ambiguous_at=NOON - 2 * MINUTE)

    kept, channel = await sent_once(time, row, kind=WHATSAPP)

    assert (kept.settled, channel.sent) == ([("awaits-status", 8 * MINUTE)], [])


async def test_whatsapp_gets_its_one_resend_when_no_status_came(time):
    row = outbox_row(channel=WHATSAPP, uncertain=1, ambiguous_at=NOON - 10 * MINUTE)

    kept, _ = await sent_once(time, row, kind=WHATSAPP)

    assert kept.state == "sent"


@pytest.mark.parametrize("more", [{"uncertain": 1}, {"resend_if_uncertain": False}])
async def test_whatsapp_is_waited_for_before_a_message_is_called_unknown(time, more):
    row = outbox_row(channel=WHATSAPP, **more)
    outbox, channel = FakeOutbox(row), FakeChannel(time, SendUncertain("no-answer"))
    running = asyncio.create_task(sender(outbox, channel, time, kind=WHATSAPP).run())

    await time.pass_time(9 * MINUTE)
    early = outbox.states()
    await time.pass_time(2 * MINUTE)
    running.cancel()

    assert (early, outbox.states(), len(channel.sent)) == (["queued"], ["unknown"], 1)


async def test_what_may_have_been_sent_in_time_does_not_expire(time):
    kept, _ = await sent_once(time, outbox_row(uncertain=1, expires_at=NOON))

    assert kept.state == "unknown"


async def test_for_whom_no_place_comes_in_time_is_told_so_that_another_place_of_theirs_can(time):
    told = Told()
    row = outbox_row(channel=WHATSAPP, follow_up="f1", expires_at=NOON + HOUR)

    kept, _ = await sent_once(time, row, DayFull(NOON + 2 * HOUR), kind=WHATSAPP, told=told)

    assert (kept.state, told.undelivered) == ("failed", ["o1"])


async def test_what_is_not_taken_today_is_tried_once_more_after_a_day(time):
    kept, _ = await sent_once(time, outbox_row(channel=WHATSAPP), NotToday("131049"), kind=WHATSAPP)

    assert kept.settled == [("131049", timedelta(days=1))]


@pytest.mark.parametrize("more", [{"code": "131049"}, {"expires_at": NOON + 23 * HOUR}])
async def test_what_is_not_taken_twice_or_has_no_other_day_goes_to_a_person(time, more):
    kept, _ = await sent_once(time, outbox_row(channel=WHATSAPP, **more), NotToday("131049"), kind=WHATSAPP)

    assert (kept.state, kept.settled[1].kind) == ("failed", "send-rejected")


async def test_a_message_whose_template_is_refused_is_held_for_a_person(time):
    kept, _ = await sent_once(time, outbox_row(channel=WHATSAPP), TemplateRefused("132015"), kind=WHATSAPP)

    task = OpenTask("template-refused", "template-refused:o1", NOON, "132015")
    assert (kept.state, kept.settled) == ("held", ["132015", task])
