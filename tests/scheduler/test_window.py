"""So many in any one second, pure."""

from datetime import timedelta
from random import Random

import pytest

from scheduler.pacing import Pacer, Rates, per_second
from scheduler.window import DOUBT, Window
from tests.scheduler.fakes import NOON, SECOND

MS = SECOND / 1000


def full(most=3, taking=5 * MS):
    """Return a window with a past, filled in one moment, each call answered after `taking`."""
    window, past = Window(most), NOON - 10 * SECOND
    for moment in (past, past + SECOND, NOON):
        for _ in range(most):
            window.leave(window.enter(moment), moment + taking)
    return window


def test_so_many_pass_at_once():
    window = Window(3)
    for _ in range(3):
        assert window.wait(NOON) == timedelta(0)
        window.enter(NOON)

    assert window.wait(NOON) > timedelta(0)


def test_the_next_waits_for_a_second_after_the_first():
    assert full().wait(NOON) == SECOND


def test_what_an_answer_took_longer_than_ever_is_doubt():
    window = full()
    slow = window.enter(NOON + SECOND)
    window.leave(slow, NOON + SECOND + 45 * MS)
    for _ in range(2):
        window.leave(window.enter(NOON + SECOND), NOON + SECOND + 5 * MS)

    assert window.wait(NOON + SECOND) == SECOND + 40 * MS


def test_slow_first_calls_are_no_measure_of_the_way():
    window = Window(3)
    for _ in range(3):
        window.leave(window.enter(NOON), NOON + 200 * MS)

    assert window.wait(NOON) == SECOND + 200 * MS


def test_a_call_that_gets_no_answer_keeps_the_others_waiting_for_a_moment_only():
    window = Window(1)
    window.enter(NOON)

    assert window.wait(NOON) == SECOND + DOUBT


@pytest.mark.parametrize("seed", range(20))
def test_however_late_messages_arrive_no_second_holds_too_many(seed):
    chance, window, now, arrivals = Random(seed), Window(30), NOON, []
    under_way = []
    for _ in range(600):
        while (wait := window.wait(now)) > timedelta(0):
            now += wait
            under_way = answered(window, under_way, now)
        back = now + (1 + 200 * chance.random() ** 8) * MS
        under_way.append((back, window.enter(now)))
        arrivals.append(now + (back - now) * chance.random())
        now += chance.choice((0, 0, 40)) * MS
        under_way = answered(window, under_way, now)

    arrivals.sort()
    assert (
        min(later - earlier for earlier, later in zip(arrivals, arrivals[30:], strict=False)) >= SECOND - MS
    )


def answered(window, under_way, now):
    for back, call in under_way:
        if back <= now:
            window.leave(call, back)
    return [(back, call) for back, call in under_way if back > now]


@pytest.mark.parametrize("most", [30, 80])
def test_on_a_quiet_way_ninety_eight_percent_of_the_limit_get_through(most):
    chance, window, pacer = Random(7), Window(most), Pacer(Rates(per_second(most)))
    now, under_way, sent = NOON, [], 0
    while now < NOON + 60 * SECOND:
        now = max(now, now + pacer.reserve(now))
        while (wait := window.wait(now)) > timedelta(0):
            now += wait
        under_way = answered(window, under_way, now)
        under_way.append((now + (3 + 12 * chance.random()) * MS, window.enter(now)))
        sent += 1

    assert sent / 60 >= 0.98 * most
