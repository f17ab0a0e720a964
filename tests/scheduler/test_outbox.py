"""The sender: what each outcome leads to, pace, lanes, leases."""

import asyncio
from datetime import timedelta

import pytest

from handlers.core.case import Reach
from handlers.core.changes import CancelQueued, OpenTask, SetReach
from handlers.core.messages import Body, Template
from handlers.core.values import ChannelKind
from handlers.errors import (
    AccountFault,
    ContactGone,
    SendLater,
    SendRejected,
    SendUncertain,
    WindowClosed,
)
from scheduler.outbox import Account, SendCases, Sender, SendTiming
from scheduler.pacing import Rates
from scheduler.wake import Wake
from tests.scheduler.fakes import CLINIC, MINUTE, NOON, SECOND, FakeChannel, FakeOutbox, outbox_row

FREE = Rates()
TEMPLATE = Body("Hello", template=Template("checkin", "en"))


class Told:
    """Remembers what the sender told."""

    def __init__(self):
        self.faults = []
        self.recoveries = 0
        self.lost = []
        self.undelivered = []
        self.cases = SendCases(self._note, self._lose, self._not_deliver)

    async def _note(self, account, code):
        self.faults += [code] if code else []
        self.recoveries += not code

    def _lose(self, row, _):
        self.lost.append(row.id)
        return ()

    def _not_deliver(self, row, _):
        self.undelivered.append(row.id)
        return ()


@pytest.fixture
def told():
    return Told()


def sender(
    outbox,
    channel,
    time,
    told=None,
    *,
    rates=FREE,
    kind=ChannelKind.TELEGRAM,
    wake=None,
    probe=None,
    holds=None,
    **timing,
):
    account = Account(CLINIC, kind, "main", channel, rates, probe, holds)
    outbox.time = time
    cases = (told or Told()).cases
    return Sender(account, outbox, cases, wake or Wake(), time.clocks, SendTiming(**timing))


async def sent_once(time, row, *faults, told=None, **more):
    """Let a sender try `row` once; return what stands in the table and what the channel saw."""
    outbox, channel = FakeOutbox(row), FakeChannel(time, *faults)
    await time.finish(sender(outbox, channel, time, told, **more).run_once())
    return outbox.kept[0], channel


async def test_a_message_that_was_taken_is_settled_with_the_services_id(time):
    kept, channel = await sent_once(time, outbox_row())

    assert (kept.state, kept.settled) == ("sent", ["p1"])
    assert [(m.outbox_id, m.attempt, m.address) for _, m in channel.sent] == [("o1", 1, "c1")]


async def test_an_opening_found_in_quiet_hours_waits_for_the_morning(time):
    row = outbox_row(quiet_zone="Asia/Tokyo", opening=True)

    kept, channel = await sent_once(time, row)

    assert (kept.settled, kept.row.attempts) == ([("quiet-hours", timedelta(hours=12))], 0)
    assert channel.sent == []


async def test_a_message_goes_when_no_quiet_hours_hold_at_its_place(time):
    kept, _ = await sent_once(time, outbox_row(quiet_zone="Europe/London"))

    assert kept.state == "sent"


async def test_a_cancelled_message_is_not_sent(time):
    kept, channel = await sent_once(time, outbox_row(cancelled="stopped"))

    assert (kept.state, kept.settled, channel.sent) == ("cancelled", ["stopped"], [])


async def test_a_passing_fault_is_tried_again_with_back_off_and_counted(time):
    kept, _ = await sent_once(time, outbox_row(), SendLater("500"))

    assert (kept.state, kept.settled, kept.row.attempts) == ("queued", [("500", 2 * SECOND)], 1)


async def test_a_services_waiting_time_is_kept_and_burns_no_attempt(time):
    kept, _ = await sent_once(time, outbox_row(), SendLater("429", after=7 * SECOND, free=True))

    assert (kept.settled, kept.row.attempts) == ([("429", 7 * SECOND)], 0)


async def test_nothing_at_all_is_sent_during_the_services_waiting_time(time):
    rows = [outbox_row(f"o{n}", f"c{n}") for n in range(4)]
    channel = FakeChannel(time, SendLater("429", after=7 * SECOND, free=True))
    running = asyncio.create_task(sender(FakeOutbox(*rows), channel, time, in_flight=1).run())

    await time.pass_time(MINUTE)
    running.cancel()

    assert channel.moments() == [0, 7, 7, 7, 7]


async def test_whatsapps_limit_of_one_pair_keeps_nobody_else_waiting(time):
    rows = [outbox_row(f"o{n}", f"c{n}", channel=ChannelKind.WHATSAPP) for n in range(2)]
    channel = FakeChannel(time, SendLater("131056", after=30 * SECOND, free=True))
    work = sender(FakeOutbox(*rows), channel, time, kind=ChannelKind.WHATSAPP, rates=None, in_flight=1)
    running = asyncio.create_task(work.run())

    await time.pass_time(MINUTE)
    running.cancel()

    assert channel.ids() == ["o0", "o1", "o0"]
    assert channel.moments()[1] < 1


async def test_after_many_counted_faults_a_message_fails_and_a_person_is_told(time):
    kept, _ = await sent_once(time, outbox_row(attempts=59), SendLater("500"))

    assert (kept.state, kept.settled) == (
        "failed",
        ["500", OpenTask("send-failed", "send-failed:o1", NOON, "500")],
    )


async def test_an_ambiguous_send_is_recorded_and_sent_once_more(time):
    kept, _ = await sent_once(time, outbox_row(), SendUncertain("read-error"))

    assert (kept.state, kept.row.uncertain) == ("queued", 1)


async def test_whatsapp_is_given_ten_minutes_to_say_whether_an_ambiguous_message_arrived(time):
    row = outbox_row(channel=ChannelKind.WHATSAPP)

    kept, _ = await sent_once(time, row, SendUncertain("read-error"), kind=ChannelKind.WHATSAPP)

    assert kept.settled == [("read-error", 10 * MINUTE)]


async def test_a_second_ambiguous_send_ends_as_unknown_and_a_person_is_told(time, told):
    row = outbox_row(uncertain=1, follow_up="f1")

    kept, _ = await sent_once(time, row, SendUncertain("read-error"), told=told)

    assert kept.state == "unknown"
    assert kept.settled[1] == OpenTask("unknown-send", "unknown:f1", NOON, "read-error")
    assert told.lost == ["o1"]


async def test_a_code_or_link_is_not_sent_again_after_an_ambiguous_send(time):
    kept, _ = await sent_once(time, outbox_row(resend_if_uncertain=False), SendUncertain("read-error"))

    assert kept.state == "unknown"


async def test_a_message_that_was_ambiguous_twice_is_not_sent_a_third_time(time):
    kept, channel = await sent_once(time, outbox_row(uncertain=2))

    assert (kept.state, channel.sent) == ("unknown", [])


async def test_a_call_that_does_not_come_back_is_ambiguous(time):
    channel = FakeChannel(time, latency=timedelta(days=1))
    outbox = FakeOutbox(outbox_row())

    # asyncio's own timeout, of no length: the call is cut off at once.
    await time.finish(sender(outbox, channel, time, timeout=timedelta(0)).run_once())

    assert (outbox.kept[0].settled, outbox.kept[0].row.uncertain) == ([("timeout", 10 * SECOND)], 1)


async def test_a_channel_that_breaks_counts_as_ambiguous(time):
    kept, _ = await sent_once(time, outbox_row(), ValueError("words of a patient"))

    assert (kept.settled[0][0], kept.row.uncertain) == ("ValueError", 1)


async def test_a_rejected_message_fails_and_a_person_is_told(time):
    kept, _ = await sent_once(time, outbox_row(), SendRejected("400"))

    assert (kept.state, kept.settled[1].kind) == ("failed", "send-rejected")


async def test_a_closed_window_is_answered_with_the_template_at_once(time):
    row = outbox_row(channel=ChannelKind.WHATSAPP, body=TEMPLATE)

    kept, channel = await sent_once(time, row, WindowClosed("131047"), kind=ChannelKind.WHATSAPP)

    assert (kept.state, [m.window_open for _, m in channel.sent]) == ("sent", [True, False])


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (outbox_row(), [WindowClosed("131047")]),
        (outbox_row(window_open=False), []),
        (outbox_row(window_open=False, body=TEMPLATE), [WindowClosed("131047")]),
    ],
)
async def test_a_closed_window_without_a_template_holds_the_message_for_a_person(time, row, faults):
    kept, _ = await sent_once(time, row, *faults)

    assert (kept.state, kept.settled[1].kind) == ("held", "window-closed")


async def test_somebody_who_is_gone_is_written_to_no_more_and_a_person_is_told(time):
    kept, _ = await sent_once(time, outbox_row(), ContactGone("403"))

    assert (kept.state, kept.settled[1:]) == (
        "failed",
        [
            SetReach("contact-c1", Reach.BLOCKED, NOON),
            CancelQueued("contact-c1", "unreachable"),
            OpenTask("unreachable", "unreachable:contact-c1", NOON, "403"),
        ],
    )


async def test_an_expired_message_is_not_sent(time):
    kept, channel = await sent_once(time, outbox_row(expires_at=NOON))

    assert (kept.state, kept.settled[1].kind, channel.sent) == ("expired", "expired", [])


async def test_a_refused_account_is_held_and_tried_with_one_message_in_five_minutes(time, told):
    outbox = FakeOutbox(*(outbox_row(f"o{n}", f"c{n}") for n in range(5)))
    channel = FakeChannel(time, *[AccountFault("190")] * 3)
    running = asyncio.create_task(sender(outbox, channel, time, told).run())

    await time.pass_time(16 * MINUTE)
    running.cancel()

    assert [int(moment) for moment in channel.moments()] == [0, 300, 600, 900, 900, 900, 900, 900]
    assert told.faults == ["190"]
    assert {kept.row.attempts for kept in outbox.kept} == {1}


async def test_a_service_that_is_down_is_asked_less_and_less_often(time):
    channel = FakeChannel(time, *[SendLater("connect", free=True)] * 200)
    outbox = FakeOutbox(*(outbox_row(f"o{n}", f"c{n}") for n in range(4)))
    running = asyncio.create_task(sender(outbox, channel, time).run())

    await time.pass_time(timedelta(hours=2))
    running.cancel()

    assert len(channel.sent) < 4 * 22
    assert outbox.kept[0].row.attempts == 0


@pytest.mark.parametrize(
    ("fault", "follow_up", "undelivered"),
    [
        (ContactGone("403"), "f1", ["o1"]),
        (SendRejected("100"), "f1", ["o1"]),
        (SendRejected("100"), None, []),
        (SendLater("429", after=MINUTE, free=True), "f1", []),
    ],
)
async def test_a_check_in_that_will_not_arrive_is_told_so_that_another_place_can_take_it(
    time, told, fault, follow_up, undelivered
):
    await sent_once(time, outbox_row(follow_up=follow_up), fault, told=told)

    assert told.undelivered == undelivered
