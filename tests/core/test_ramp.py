"""After a long stop: who waits, how long, and never in quiet hours."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from handlers.core.ramp import APART, AT_ONCE, FASTEST, MARGIN, THROUGH_IN, Overdue, spread
from handlers.core.values import ClinicId

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def overdue(number, *, clinic="default", zone="UTC", step="M1", ends=7 * DAY):
    return Overdue(ClinicId(clinic), f"f{number:05}", step, zone, NOON - DAY, NOON + ends)


def turns(*what, now=NOON):
    return sorted(move.to for move in spread(what, now, {"D1"}.__contains__))


def many(count, **fields):
    return [overdue(number, **fields) for number in range(count)]


def test_a_few_go_out_at_once():
    assert turns(*many(AT_ONCE)) == []


def test_the_others_follow_one_by_one():
    assert turns(*many(AT_ONCE + 3)) == [NOON + APART, NOON + 2 * APART, NOON + 3 * APART]


@pytest.mark.parametrize("count", [100, 3_000, 20_000])
def test_however_many_are_through_in_four_hours(count):
    found = turns(*many(count))

    assert found[-1] <= NOON + THROUGH_IN + SECOND
    assert min(later - earlier for earlier, later in pairwise(found)) >= min(FASTEST, APART)


def test_no_minute_sees_more_than_a_fifth_of_what_the_service_allows():
    found = turns(*many(100_000))

    assert sum(turn <= NOON + timedelta(minutes=1) for turn in found) <= 360


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"]
)
def test_nobody_is_written_to_in_quiet_hours(zone):
    hours = {turn.astimezone(ZoneInfo(zone)).hour for turn in turns(*many(2_000, zone=zone))}

    assert hours <= set(range(9, 20))


def test_a_morning_has_its_queue_too():
    found = turns(*many(500, zone="Asia/Tokyo"))

    assert len(set(found)) == 490


def test_what_ends_soonest_goes_first():
    late, soon = many(AT_ONCE), overdue(999, ends=2 * DAY)

    [move] = spread([*late, soon], NOON, {"D1"}.__contains__)

    assert move.what.id == late[-1].id


def test_what_would_miss_its_window_by_waiting_does_not_wait():
    found = spread(many(2_000, ends=2 * MARGIN), NOON, {"D1"}.__contains__)

    assert all(move.to < move.what.window_end - MARGIN for move in found)


def test_a_safety_check_waits_for_nobody():
    assert turns(*many(50, step="D1")) == []


def test_clinics_do_not_wait_for_each_other():
    assert turns(*many(AT_ONCE), *many(AT_ONCE, clinic="other")) == []
