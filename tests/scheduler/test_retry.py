"""Back-off, pure."""

from datetime import timedelta

import pytest

from scheduler.retry import FETCH, SEND, Retry, back_off, is_last, wait_out
from tests.scheduler.fakes import SECOND

PLAIN = Retry(base=SECOND, cap=10 * SECOND, limit=5)


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (500, 10)])
def test_the_wait_doubles_up_to_the_cap(attempt, seconds):
    assert back_off(PLAIN, attempt, 1.0) == seconds * SECOND


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 0), (0.25, 1), (0.5, 2)])
def test_the_jitter_is_full(chance, seconds):
    assert back_off(PLAIN, 3, chance) == seconds * SECOND


def test_there_is_no_attempt_after_the_last():
    assert [is_last(FETCH, attempt) for attempt in (4, 5)] == [False, True]


@pytest.mark.parametrize(("failing", "wait"), [(0, 2), (10, 10), (600, 600), (10_000, 900)])
def test_a_service_that_is_down_is_left_alone_as_long_as_it_has_been_down(failing, wait):
    assert wait_out(SEND, timedelta(seconds=failing), 1.0) == timedelta(seconds=wait)
