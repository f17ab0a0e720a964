"""Quiet hours at the patient's place and WhatsApp's service window."""

from datetime import UTC, datetime, time

import pytest

from handlers.core.contact_time import (
    Quiet,
    is_quiet,
    next_allowed,
    service_window,
)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "allowed"),
    [
        ("2026-06-01T03:00", "Asia/Tokyo", "2026-06-01T03:00"),
        ("2026-06-01T11:00", "Asia/Tokyo", "2026-06-02T00:00"),
        ("2026-05-31T23:59", "Asia/Tokyo", "2026-06-01T00:00"),
        ("2026-06-01T00:00", "Asia/Tokyo", "2026-06-01T00:00"),
        # The night in which summer time begins or ends still ends at 09:00 on the wall.
        ("2026-03-28T20:00", "Europe/Berlin", "2026-03-29T07:00"),
        ("2026-10-24T20:00", "Europe/Berlin", "2026-10-25T08:00"),
        ("2011-12-30T09:00", "Pacific/Apia", "2011-12-30T19:00"),
    ],
)
def test_quiet_hours_end_at_nine_on_the_wall_clock(now, zone, allowed):
    assert next_allowed(utc(now), zone) == utc(allowed)


@pytest.mark.parametrize(
    ("quiet", "hour", "expected"),
    [
        (Quiet(time(20), time(9)), 20, True),
        (Quiet(time(20), time(9)), 9, False),
        (Quiet(time(12), time(14)), 13, True),
        (Quiet(time(12), time(14)), 14, False),
        (Quiet(time(0), time(0)), 3, False),
    ],
)
def test_quiet_hours_may_run_past_midnight_or_not_exist(quiet, hour, expected):
    assert is_quiet(time(hour), quiet) is expected


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        next_allowed(datetime(2026, 6, 1), "UTC")  # noqa: DTZ001  what is tested


def test_the_service_window_closes_ten_minutes_before_the_24_hours_are_over():
    closes_at = service_window(utc("2026-06-01T10:00"))

    assert closes_at == utc("2026-06-02T09:50")
