"""GCRA, pure."""

from datetime import timedelta

import pytest

from handlers.core.values import ChannelKind
from scheduler.pacing import HEADROOM, RATES, Pacer, Rate, Rates, faster, whatsapp_rates
from tests.scheduler.fakes import NOON, SECOND


def waits(pacer, number, now=NOON):
    return [pacer.reserve(now) / SECOND for _ in range(number)]


@pytest.mark.parametrize("messages", [20, 80, 1000])
def test_a_whatsapp_number_is_kept_to_what_it_takes_in_any_second(messages):
    rates = whatsapp_rates(messages)

    assert rates.account.most == messages
    assert messages * HEADROOM < sum(wait < 1 for wait in waits(Pacer(rates), 2 * messages)) <= messages


def test_reservations_are_spaced_without_a_burst():
    assert waits(Pacer(Rates(account=Rate(SECOND))), 3) == [0, 1, 2]


def test_faster_rates_keep_their_burst_and_no_rate_stays_none():
    quick = faster(Rates(account=Rate(SECOND, burst=3)), 4)

    assert quick == Rates(account=Rate(SECOND / 4, burst=3))


def test_a_silence_saves_up_a_burst_and_no_more():
    pacer = Pacer(Rates(account=Rate(SECOND, burst=3)))
    waits(pacer, 10)

    assert waits(pacer, 5, NOON + timedelta(hours=1)) == [0, 0, 0, 1, 2]


def test_a_pause_puts_off_what_is_reserved_in_it():
    pacer = Pacer(Rates(account=Rate(SECOND)))
    pacer.pause(NOON + 7 * SECOND)

    assert waits(pacer, 2) == [7, 8]
    assert not pacer.is_paused(NOON + 7 * SECOND)


def test_an_account_without_a_limit_never_waits():
    assert waits(Pacer(Rates()), 3) == [0, 0, 0]


def test_conversations_are_spaced_each_on_its_own():
    pacer = Pacer(Rates(conversation=Rate(SECOND)))
    pacer.reserve_conversation("a", NOON)

    assert pacer.conversation_wait("a", NOON) == SECOND
    assert pacer.conversation_wait("b", NOON) == timedelta(0)


def test_a_paused_conversation_waits_although_it_has_a_burst_left():
    pacer = Pacer(Rates(conversation=Rate(SECOND, burst=5)))
    pacer.pause_conversation("a", NOON + 30 * SECOND)

    assert pacer.conversation_wait("a", NOON) == 30 * SECOND


def test_conversations_of_long_ago_are_forgotten():
    pacer = Pacer(Rates(conversation=Rate(SECOND)))
    for n in range(20_000):
        pacer.reserve_conversation(str(n), NOON + n * SECOND)

    assert len(pacer._conversations) < 6_000


def test_who_goes_first_gets_the_next_free_place_whoever_else_waits_for_it():
    pacer = Pacer(RATES[ChannelKind.TELEGRAM])
    calls = [pacer.enter(NOON) for _ in range(30)]
    pacer.leave(calls[0], "a", NOON)
    free = NOON + SECOND

    with pacer.going_first() as left:
        assert (left(NOON), left(free)) == (SECOND, timedelta(0))
        assert pacer.crowded(free) > timedelta(0)
    assert pacer.crowded(free) == timedelta(0)


def test_who_goes_first_waits_for_a_pause_all_the_same():
    pacer = Pacer(RATES[ChannelKind.TELEGRAM])
    pacer.pause(NOON + 7 * SECOND)

    with pacer.going_first() as left:
        assert left(NOON) == 7 * SECOND
