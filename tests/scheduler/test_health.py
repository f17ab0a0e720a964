"""The circuit breaker of one account, pure."""

from datetime import timedelta

from scheduler.health import HOLD, Health
from tests.scheduler.fakes import MINUTE, NOON, SECOND


def opened(failures=1, chance=1.0):
    """Return a health after so many failures one after the other, and when it may be tried again."""
    health, now = Health(), NOON
    for _ in range(failures):
        now += health.failed(now, chance)
    return health, now


def test_a_failure_stops_everything_for_a_moment():
    health, again = opened()

    assert [health.room(8, now, is_idle=True) for now in (NOON, again)] == [0, 1]


def test_those_under_way_at_the_same_time_make_it_no_worse():
    health = Health()
    first = health.failed(NOON, 1.0)

    assert [health.failed(NOON + SECOND / 10, 1.0) for _ in range(15)] == [first - SECOND / 10] * 15


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour():
    waits, now = [], NOON
    health = Health()
    for _ in range(12):
        waits.append(health.failed(now, 1.0))
        now += waits[-1]

    assert [wait / SECOND for wait in waits[:4]] == [2, 4, 8, 16]
    assert max(waits) == 15 * MINUTE


def test_a_breaker_is_open_for_some_time_whatever_the_chance():
    assert opened(chance=0.0)[1] > NOON


def test_the_service_is_asked_once_before_a_message_is_risked():
    health, now = opened()

    asks = [health.wants_asking(now)]
    health.answered()
    asks.append(health.wants_asking(now))

    assert asks == [True, False]


def test_a_service_that_answers_no_question_is_asked_again_within_a_minute():
    health, now = opened(failures=12)
    for _ in range(20):
        now += health.silent(now, 1.0)

    assert health.silent(now, 1.0) == MINUTE


def test_an_answer_to_a_question_is_no_proof_that_messages_are_taken():
    health, now = opened(failures=5)
    health.answered()

    assert health.failed(now, 1.0) == 64 * SECOND


def test_while_one_message_tries_nobody_else_goes():
    health, now = opened()
    health.answered()

    assert health.room(8, now, is_idle=False) == 0


def test_one_message_that_was_taken_opens_the_way_for_all():
    health, now = opened(failures=9)
    health.worked()

    assert (health.room(8, now, is_idle=False), health.failed(now, 1.0)) == (8, 2 * SECOND)


def test_an_account_that_was_refused_is_news_once():
    health = Health()

    assert [health.refused(NOON + n * HOLD) for n in range(3)] == [True, False, False]


def test_an_account_that_works_again_and_is_refused_again_is_news():
    health = Health()
    health.refused(NOON)
    health.worked()

    assert health.refused(NOON + timedelta(hours=1))
