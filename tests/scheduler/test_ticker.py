"""The safety tick does not count what a jump of the clock made it miss."""

from datetime import UTC, datetime, timedelta

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.ticker import Every

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TWO_SECONDS = timedelta(seconds=2)


def test_a_year_that_the_clock_jumps_is_one_tick():
    job = AsyncIOScheduler(timezone=UTC).add_job(print, Every(TWO_SECONDS))
    job._modify(next_run_time=NOON)

    runs = Job._get_run_times(job, NOON + timedelta(days=365))

    assert runs == [NOON]


def test_the_next_tick_comes_an_interval_from_now():
    assert Every(TWO_SECONDS).get_next_fire_time(NOON - timedelta(days=30), NOON) == NOON + TWO_SECONDS
