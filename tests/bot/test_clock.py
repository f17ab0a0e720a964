"""Business time: the machine's, or a file's."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import FileClock, SystemClock, jump
from handlers.errors import SettingError

START = datetime(2026, 6, 1, tzinfo=UTC)
MOMENT = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Machine:
    """The machine's clock: sleeping moves it."""

    def __init__(self):
        self.time = START
        self.naps = []
        self.on_nap = lambda: None

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.naps.append(seconds)
        self.time += timedelta(seconds=seconds)
        self.on_nap()


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "clock"


def write(path, text, at):
    path.write_text(text, encoding="ascii")
    os.utime(path, (at.timestamp(), at.timestamp()))


def file_clock(path, machine):
    return FileClock(path, machine.now, machine.sleep)


def test_business_time_runs_on_from_when_the_file_was_written(path, machine):
    write(path, f"{MOMENT.timestamp()}", START)
    clock = file_clock(path, machine)

    machine.time += 90 * SECOND

    assert clock.now() == MOMENT + 90 * SECOND


def test_business_time_runs_at_the_rate_of_the_file(path, machine):
    write(path, f"{MOMENT.timestamp()} 3600", START)
    clock = file_clock(path, machine)

    machine.time += 2 * SECOND

    assert clock.now() == MOMENT + timedelta(hours=2)


def test_a_jump_is_seen_within_100_ms(path, machine):
    write(path, f"{START.timestamp()}", START)
    clock = file_clock(path, machine)
    write(path, f"{MOMENT.timestamp()}", START)

    machine.time += timedelta(milliseconds=100)

    assert clock.now() == MOMENT + timedelta(milliseconds=100)


async def test_sleepers_wake_when_the_file_jumps_past_their_moment(path, machine):
    write(path, f"{START.timestamp()}", START)
    clock = file_clock(path, machine)
    machine.on_nap = lambda: write(path, f"{MOMENT.timestamp()}", machine.time)

    await clock.sleep_until(MOMENT)

    assert sum(machine.naps) <= 0.2


def test_without_a_file_it_is_the_machines_time(path, machine):
    assert file_clock(path, machine).now() == START


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "1e400", "nan", "1780272000 fast", "1780272000 -1", "1 2 3"]
)
def test_a_broken_file_stops_the_start_with_the_settings_name(path, machine, text):
    write(path, text, START)

    with pytest.raises(SettingError, match="YORISOI_CLOCK_FILE"):
        file_clock(path, machine)


def test_a_file_in_no_folder_stops_the_start_with_the_settings_name(path, machine):
    with pytest.raises(SettingError, match="YORISOI_CLOCK_FILE: there is no folder"):
        file_clock(path.parent / "nowhere" / "clock", machine)


def test_a_half_written_file_changes_nothing_until_it_is_whole(path, machine):
    write(path, f"{MOMENT.timestamp()}", START)
    clock = file_clock(path, machine)
    write(path, "", START)
    machine.time += SECOND

    during = clock.now()
    write(path, f"{START.timestamp()}", machine.time)
    machine.time += SECOND

    assert (during, clock.now()) == (MOMENT + SECOND, START + SECOND)


def test_a_jump_writes_what_the_clock_reads_and_leaves_no_draft(path, machine):
    jump(path, MOMENT, rate=60)
    os.utime(path, (START.timestamp(), START.timestamp()))

    assert file_clock(path, machine).now() == MOMENT
    assert list(path.parent.iterdir()) == [path]


async def test_the_machines_clock_sleeps_in_short_naps_until_the_moment_is_there(machine):
    clock = SystemClock(machine.now, machine.sleep)

    await clock.sleep_until(START + timedelta(minutes=150))

    assert machine.naps == [3600, 3600, 1800]


def test_a_file_written_by_a_clock_that_jumped_counts_from_now(path, machine):
    year = timedelta(days=365)
    write(path, f"{MOMENT.timestamp()}", START + year)

    clock = FileClock(path, machine.now, machine.sleep, wall=lambda: machine.now() + year)

    assert clock.now() == MOMENT
