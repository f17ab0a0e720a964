"""Back-off, pure."""

import pytest

from scheduler.retry import FETCH, Retry, back_off, is_last
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
