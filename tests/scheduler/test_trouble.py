"""The sender in trouble: outages, refusals, rows that break it, people who say STOP in between."""

import asyncio
from datetime import timedelta

import pytest

from handlers.core.values import ChannelKind
from handlers.errors import (
    AccountFault,
    DayFull,
    SendLater,
    SendRejected,
    SendUncertain,
)
from scheduler.wake import Wake
from tests.scheduler.fakes import MINUTE, NOON, SECOND, FakeChannel, FakeOutbox, outbox_row
from tests.scheduler.test_outbox import Told, sender, sent_once

HOUR = timedelta(hours=1)
WHATSAPP = ChannelKind.WHATSAPP


class Service:
    """A service that is out of order until it is mended: each message is ambiguous, questions may be too."""

    def __init__(self, time, until, *, answers_questions=False):
        self.channel = FakeChannel(time)
        self._time, self._until, self._answers = time, until, answers_questions
        self.questions = []
        self._send, self.channel.send = self.channel.send, self.send

    async def send(self, message):
        sent = await self._send(message)
        if self._time.now() < self._until:
            raise SendUncertain("http-502")
        return sent

    async def probe(self):
        self.questions.append(self._time.now())
        if self._time.now() < self._until and not self._answers:
            raise SendUncertain("http-502")


async def through(time, service, rows, hours, told=None, **how):
    outbox = FakeOutbox(*rows)
    running = asyncio.create_task(
        sender(outbox, service.channel, time, told, probe=service.probe, **how).run()
    )
    await time.pass_time(hours * HOUR)
    running.cancel()
    return outbox


def many(number, **more):
    return [outbox_row(f"o{n}", f"c{n}", **more) for n in range(number)]


async def test_an_outage_of_hours_leaves_every_message_but_those_under_way_untouched(time):
    service = Service(time, NOON + 6 * HOUR)

    outbox = await through(time, service, many(200), 7, in_flight=4)

    assert set(outbox.states()) == {"sent"}
    assert sum(kept.row.uncertain for kept in outbox.kept) <= 4


async def test_in_an_outage_only_harmless_questions_are_asked(time):
    service = Service(time, NOON + 6 * HOUR)

    await through(time, service, many(200), 6, in_flight=1)

    assert len(service.channel.sent) == 1
    assert 300 < len(service.questions) < 1000


async def test_a_service_that_answers_but_takes_no_messages_costs_few_messages_their_certainty(time):
    service = Service(time, NOON + 6 * HOUR, answers_questions=True)

    outbox = await through(time, service, many(200), 7, in_flight=1)

    assert outbox.states().count("unknown") <= 20
    assert sum(kept.row.uncertain for kept in outbox.kept) <= 40


async def test_no_message_is_sent_three_times_whatever_happens(time):
    service = Service(time, NOON + 6 * HOUR, answers_questions=True)

    await through(time, service, many(5), 7, in_flight=4)

    ids = service.channel.ids()
    assert max(ids.count(ident) for ident in set(ids)) <= 2


async def test_after_an_outage_the_queue_goes_on_within_a_minute(time):
    service = Service(time, NOON + 2 * HOUR)

    await through(time, service, many(30), 3, in_flight=1)

    assert service.channel.moments()[1] <= 2 * 3600 + 60


async def test_a_message_that_alone_is_refused_stops_nobody(time):
    channel = FakeChannel(time, SendLater("smtp-connect", alone=True))
    running = asyncio.create_task(sender(FakeOutbox(*many(3)), channel, time, in_flight=1).run())

    await time.pass_time(SECOND / 10)
    running.cancel()

    assert channel.ids() == ["o0", "o1", "o2"]


async def test_an_ambiguous_message_that_ends_as_unknown_is_no_sign_of_a_service_in_order(time):
    rows = [outbox_row("o0", uncertain=1), *many(3)[1:]]
    channel = FakeChannel(time, SendUncertain("http-500"))
    running = asyncio.create_task(sender(FakeOutbox(*rows), channel, time, in_flight=1).run())

    await time.pass_time(SECOND / 2)
    running.cancel()

    assert channel.ids() == ["o0"]


async def test_a_refused_account_is_asked_before_a_message_is_risked(time):
    told, outbox = Told(), FakeOutbox(*many(3))
    channel = FakeChannel(time, AccountFault("190"))
    asked = []

    async def probe():
        asked.append(time.now())
        if len(asked) < 4:
            raise AccountFault("190")

    work = sender(outbox, channel, time, told, probe=probe, in_flight=1)
    running = asyncio.create_task(work.run())
    await time.pass_time(30 * MINUTE)
    running.cancel()

    assert channel.moments()[0] == 0
    assert channel.moments()[1] == pytest.approx(20 * 60, abs=1)
    assert (told.faults, set(outbox.states()), {kept.row.attempts for kept in outbox.kept}) == (
        ["190"],
        {"sent"},
        {1},
    )


async def test_what_was_called_off_while_it_waited_for_its_turn_is_not_sent(time):
    outbox, channel = FakeOutbox(*many(2)), FakeChannel(time, latency=5 * SECOND)
    work = asyncio.create_task(sender(outbox, channel, time, in_flight=1).run_once())
    await time.pass_time(SECOND)

    outbox.kept[1].called_off = "stopped"
    await time.finish(work)

    assert (channel.ids(), outbox.states()) == (["o0"], ["sent", "cancelled"])


async def test_a_message_whose_lease_was_lost_while_it_waited_is_not_sent(time):
    outbox, channel = FakeOutbox(*many(2)), FakeChannel(time, latency=5 * SECOND)
    work = asyncio.create_task(sender(outbox, channel, time, in_flight=1).run_once())
    await time.pass_time(SECOND)

    outbox.kept[1].lease(NOON + MINUTE)
    await time.finish(work)

    assert channel.ids() == ["o0"]


@pytest.mark.parametrize(("attempts", "state"), [(0, "queued"), (1, "queued"), (2, "failed")])
async def test_a_row_that_cannot_be_read_is_tried_three_times_and_shown_to_a_person(time, attempts, state):
    kept, channel = await sent_once(time, outbox_row(broken="InvalidTag", attempts=attempts))

    assert (kept.state, channel.sent) == (state, [])


async def test_a_row_that_breaks_the_sender_stops_no_other(time):
    rows = [outbox_row("o0", "c0", quiet_zone="Mars/Olympus"), outbox_row("o1", "c1")]
    outbox, channel = FakeOutbox(*rows), FakeChannel(time)
    running = asyncio.create_task(sender(outbox, channel, time).run())

    await time.pass_time(HOUR)
    running.cancel()

    assert (channel.ids(), outbox.states()) == (["o1"], ["failed", "sent"])


async def test_who_has_no_place_today_waits_for_one_and_burns_no_attempt(time):
    kept, _ = await sent_once(time, outbox_row(channel=WHATSAPP), DayFull(NOON + 5 * HOUR), kind=WHATSAPP)

    assert (kept.state, kept.settled) == ("queued", [("day-full", timedelta(hours=5))])


async def test_a_conversation_that_is_refused_again_while_others_are_taken_waits_alone(time):
    outbox = FakeOutbox(outbox_row("x0", "x"), *many(2))
    too_fast = SendLater("429", after=30 * SECOND, free=True)
    channel = FakeChannel(time, too_fast, None, None, too_fast)
    wake = Wake()
    running = asyncio.create_task(sender(outbox, channel, time, rates=None, wake=wake).run())
    await time.pass_time(33 * SECOND)

    for n in range(2, 20):
        outbox.add(outbox_row(f"o{n}", f"c{n}"))
    wake.ring()
    await time.pass_time(2 * SECOND)
    early = outbox.states()
    await time.pass_time(MINUTE)
    running.cancel()

    assert (early, outbox.states()[0]) == (["queued"] + ["sent"] * 20, "sent")


async def test_a_rejected_message_shows_that_the_service_is_in_order(time):
    channel = FakeChannel(time, SendLater("connect", free=True), SendRejected("400"))
    running = asyncio.create_task(sender(FakeOutbox(*many(40)), channel, time, in_flight=1).run())

    await time.pass_time(MINUTE)
    running.cancel()

    assert len(channel.sent) == 41


async def test_of_several_processes_only_the_one_that_holds_the_account_sends(time):
    outbox, channel = FakeOutbox(*many(3)), FakeChannel(time)
    free_at = NOON + 10 * SECOND

    async def holds():
        return time.now() >= free_at

    running = asyncio.create_task(sender(outbox, channel, time, holds=holds).run())
    await time.pass_time(MINUTE)
    running.cancel()

    assert 10 <= min(channel.moments()) <= 12
    assert set(outbox.states()) == {"sent"}


async def test_what_a_refused_account_gives_back_wakes_nobody_to_send_there(time):
    outbox, channel, wake = FakeOutbox(*many(5)), FakeChannel(time, *[AccountFault("190")] * 9), Wake()
    rest = outbox.rest

    async def ringing(row, **how):
        settled = await rest(row, **how)
        wake.ring()
        await time.sleep(1)
        return settled

    outbox.rest = ringing
    running = asyncio.create_task(sender(outbox, channel, time, wake=wake, in_flight=1).run())
    await time.pass_time(4 * MINUTE)
    running.cancel()

    assert len(channel.sent) == 1


async def test_a_sender_that_is_stopped_while_it_claims_gives_back_what_it_claimed(time):
    outbox, channel = FakeOutbox(*many(3)), FakeChannel(time)
    claim = outbox.claim

    async def slow_claim(*where, **how):
        rows = await claim(*where, **how)
        await time.sleep(1)
        return rows

    outbox.claim = slow_claim
    running = asyncio.create_task(sender(outbox, channel, time).run())
    await time.pass_time(SECOND / 2)

    running.cancel()
    await time.pass_time(5 * SECOND)

    assert (channel.sent, outbox.states()) == ([], ["queued"] * 3)
    assert [kept.leased_until for kept in outbox.kept] == [None] * 3
