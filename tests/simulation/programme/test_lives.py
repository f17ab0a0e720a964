"""Small lives in a programme, the same each time; what went wrong once stays mended."""

import logging
from datetime import UTC, date, datetime, time

import pytest

from tests.simulation import setting
from tests.simulation.programme.behaviour import lives, orderly
from tests.simulation.programme.calendar import Trip, Whereabouts, due_at
from tests.simulation.run import run


@pytest.fixture(scope="module")
def town():
    logging.disable(logging.CRITICAL)
    with setting.opened(setting.PROGRAMME) as opened:
        yield opened
    logging.disable(logging.NOTSET)


def test_what_people_do_happens_and_breaks_nothing(town):
    doing = ("travels", "asks-for-help", "goes-quiet", "danger-sign", "moved-date")

    outcome = run(town, orderly(1, *doing), 2)

    assert outcome.violations == {}
    assert all(outcome.fired[kind] for kind in (*doing, "helper-asked", "alert-taken"))


def test_what_staff_stop_or_leave_out_stays_so_whatever_date_they_enter(town):
    doing = ("left-out", "moved-date", "stopped-by-staff", "date-after-stop")

    outcome = run(town, orderly(2, *doing), 9)

    assert outcome.violations == {}
    assert all(outcome.fired[kind] for kind in (*doing, "moved-after-left-out", "date-refused"))


def test_the_same_seed_lives_the_same_programme(town):
    assert run(town, lives(3), 1).trace == run(town, lives(3), 1).trace


JAPAN = Whereabouts("Europe/London", (Trip("Asia/Tokyo", date(2027, 3, 20), date(2027, 4, 10)),))


@pytest.mark.parametrize(
    ("step", "places", "due"),
    [
        ("M1", Whereabouts("Europe/London"), datetime(2027, 3, 28, 9, tzinfo=UTC)),
        ("M1", JAPAN, datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("M3", JAPAN, datetime(2027, 5, 28, 9, tzinfo=UTC)),
        ("I+6h", Whereabouts("Europe/London"), datetime(2027, 2, 28, 11, tzinfo=UTC)),
    ],
)
def test_the_calendar_of_the_oracle_against_days_counted_by_hand(step, places, due):
    infusion = datetime.fromisoformat("2027-02-28T14:00")

    assert due_at(step, infusion, "Asia/Tokyo", time(10), places) == due
