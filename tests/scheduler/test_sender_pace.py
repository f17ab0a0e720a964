"""The sender's pace, lanes and leases: who goes first, how many at once, what a stop leaves behind."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from handlers.core.messages import Lane
from handlers.errors import (
    SendUncertain,
    SettingError,
)
from scheduler.outbox import SendTiming
from scheduler.wake import Wake
from tests.scheduler.fakes import MINUTE, NOON, SECOND, FakeChannel, FakeOutbox, outbox_row
from tests.scheduler.test_outbox import Told, sender


async def test_sends_keep_to_the_accounts_rate_without_a_burst(time):
    rows = [outbox_row(f"o{n}", f"c{n}") for n in range(61)]
    channel = FakeChannel(time, latency=SECOND / 200)

    await time.finish(sender(FakeOutbox(*rows), channel, time, rates=None).run_once())

    moments = channel.moments()
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= 1 / 30
    assert moments[-1] == pytest.approx(60 / (30 * 0.99), abs=0.01)


async def test_a_flooded_conversation_gets_one_a_second_and_keeps_no_other_waiting(time):
    flood = [outbox_row(f"f{n}", "flood") for n in range(10)]
    others = [outbox_row(f"o{n}", f"c{n}") for n in range(20)]
    channel = FakeChannel(time)
    running = asyncio.create_task(sender(FakeOutbox(*flood, *others), channel, time, rates=None).run())

    await time.pass_time(20 * SECOND)
    running.cancel()

    sent = dict(zip(channel.ids(), channel.moments(), strict=True))
    assert max(sent[row.id] for row in others) < 1
    flooded = [sent[row.id] for row in flood]
    assert min(later - earlier for earlier, later in pairwise(flooded)) >= 1


async def test_no_more_calls_than_allowed_are_in_flight(time):
    rows = [outbox_row(f"o{n}", f"c{n}") for n in range(50)]
    channel = FakeChannel(time, latency=SECOND)

    await time.finish(sender(FakeOutbox(*rows), channel, time).run_once())

    assert channel.most_in_flight == 16


async def test_cards_go_before_staffs_words_before_the_rest(time):
    lanes = [Lane.TURN] * 3 + [Lane.STAFF, Lane.CARD]
    rows = [outbox_row(f"o{n}", f"c{n}", lane=lane) for n, lane in enumerate(lanes)]
    channel, outbox = FakeChannel(time, latency=SECOND), FakeOutbox(*rows[:3])
    wake = Wake()
    running = asyncio.create_task(sender(outbox, channel, time, wake=wake, in_flight=1).run())
    await time.pass_time(SECOND / 2)

    outbox.add(rows[3])
    outbox.add(rows[4])
    wake.ring()
    await time.pass_time(10 * SECOND)
    running.cancel()

    assert channel.ids() == ["o0", "o4", "o3", "o1", "o2"]


async def test_a_row_that_waited_too_long_for_its_turn_is_given_back_before_its_lease_ends(time):
    rows = [outbox_row(f"o{n}", f"c{n}") for n in range(10)]
    channel, outbox = FakeChannel(time, latency=15 * SECOND), FakeOutbox(*rows)

    await time.finish(sender(outbox, channel, time, in_flight=1).run_once())

    assert max(channel.moments()) + 20 + 5 <= 60
    assert outbox.states().count("sent") == len(channel.sent)
    assert {kept.settled[0][0] for kept in outbox.kept if kept.state == "queued"} == {"paced"}


async def test_a_settle_that_fails_is_tried_again_because_the_services_id_is_nowhere_else(time):
    outbox = FakeOutbox(outbox_row())
    outbox.faults = [ConnectionError("database")] * 3

    await time.finish(sender(outbox, FakeChannel(time), time).run_once())

    assert (outbox.states(), outbox.kept[0].settled) == (["sent"], ["p1"])


async def test_a_sender_whose_lease_was_taken_over_changes_nothing(time):
    told, outbox = Told(), FakeOutbox(outbox_row(uncertain=1))
    channel = FakeChannel(time, SendUncertain("read-error"), latency=SECOND)
    work = asyncio.create_task(sender(outbox, channel, time, told).run_once())
    await time.pass_time(SECOND / 2)

    outbox.kept[0].lease(NOON + MINUTE)
    await time.finish(work)

    assert (outbox.states(), told.lost) == (["queued"], [])


async def test_a_message_due_later_is_sent_when_it_is_due_without_a_tick(time):
    outbox, channel = FakeOutbox(outbox_row()), FakeChannel(time)
    outbox.kept[0].free_at = NOON + timedelta(hours=3)
    running = asyncio.create_task(sender(outbox, channel, time).run())

    await time.pass_time(timedelta(hours=4))
    running.cancel()

    assert channel.moments() == [3 * 3600]


async def test_a_stopping_sender_ends_calls_under_way_and_gives_back_the_rest(time):
    outbox = FakeOutbox(*(outbox_row(f"o{n}", f"c{n}") for n in range(3)))
    channel = FakeChannel(time, latency=SECOND)
    running = asyncio.create_task(sender(outbox, channel, time, in_flight=1).run())
    await time.pass_time(SECOND / 2)

    running.cancel()
    await time.pass_time(5 * SECOND)

    assert outbox.states() == ["sent", "queued", "queued"]
    assert all(kept.leased_until is None for kept in outbox.kept[1:])


def test_a_send_that_could_outlive_its_lease_stops_the_start():
    with pytest.raises(SettingError, match=r"YORISOI_LEASE_SECONDS: 25 must be more than .* = 25"):
        SendTiming(lease=25 * SECOND)
