"""The watch: believes the wall clock while it goes on from where it was, and follows no jump."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.watch import Watch, likely_time
from storage.clock_marks import Tick

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


class Machine:
    """Two clocks of a machine: the wall's can be set, the other one only runs."""

    def __init__(self):
        self.time = NOON
        self.running = 1000.0
        self.watch = Watch(lambda: self.time, lambda: self.running)

    def go_on(self, by):
        self.time += by
        self.running += by.total_seconds()
        return self.watch.now()


@pytest.fixture
def machine():
    return Machine()


def test_time_that_passes_is_told(machine):
    assert machine.go_on(DAY) == NOON + DAY


def test_a_night_with_a_closed_lid_is_no_jump(machine):
    machine.go_on(9 * HOUR)

    assert (machine.watch.ahead(), machine.watch.now()) == (timedelta(0), NOON + 9 * HOUR)


@pytest.mark.parametrize("jump", [YEAR, -YEAR, 2 * HOUR, -2 * HOUR, -DAY])
def test_a_jump_is_not_followed(machine, jump):
    machine.time += jump

    assert machine.go_on(MINUTE) == NOON + MINUTE
    assert machine.watch.ahead() == jump


@pytest.mark.parametrize("correction", [5 * MINUTE, -5 * MINUTE])
def test_a_small_correction_is_followed(machine, correction):
    machine.time += correction

    assert machine.watch.now() == NOON + correction


def test_many_small_corrections_are_followed_one_by_one(machine):
    for _ in range(6):
        machine.time += 5 * MINUTE
        machine.go_on(MINUTE)

    assert machine.watch.now() == NOON + 36 * MINUTE


def test_a_clock_that_is_right_again_is_believed_again(machine):
    machine.time += YEAR
    machine.go_on(HOUR)
    machine.time -= YEAR

    assert (machine.go_on(HOUR), machine.watch.ahead()) == (NOON + 2 * HOUR, timedelta(0))


def test_what_somebody_has_looked_at_is_believed(machine):
    machine.time += DAY

    machine.watch.accept()

    assert (machine.watch.now(), machine.watch.ahead()) == (NOON + DAY, timedelta(0))


@pytest.mark.parametrize(
    ("wall", "boot", "running", "server", "expected"),
    [
        pytest.param(NOON + DAY, "b1", 1000 + 86_400, None, NOON + DAY, id="stopped for a day"),
        pytest.param(NOON + YEAR, "b1", 1060, None, NOON + MINUTE, id="set wrong while we were stopped"),
        pytest.param(NOON + 7 * DAY, "b2", 30, None, NOON + 7 * DAY, id="machine off for a week"),
        pytest.param(NOON - YEAR, "b2", 30, None, NOON, id="battery of the clock dead"),
        pytest.param(NOON + YEAR, "b2", 30, NOON + HOUR, NOON + HOUR, id="the database knows better"),
        pytest.param(NOON + DAY, "", 30, None, NOON + DAY, id="a system that does not name its run"),
    ],
)
def test_what_time_it_is_at_a_start(wall, boot, running, server, expected):
    tick = Tick(NOON, "b1" if boot else "", 1000.0)

    assert likely_time(wall, tick, boot, running, server) == expected


def test_in_a_new_database_the_wall_clock_is_believed():
    assert likely_time(NOON, None, "b1", 30, None) == NOON
