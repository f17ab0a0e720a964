from datetime import UTC, datetime, timedelta

import pytest

from handlers.core.worklist import (
    ALERT,
    LOUD_REST,
    Group,
    Rest,
    Sort,
    end_of_day,
    may_rest,
    place_of,
    rest_until,
    rests_of,
)

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TOKYO = "Asia/Tokyo"


@pytest.mark.parametrize(
    ("kind", "sort", "group"),
    [
        ("flag-red", Sort.ALARM, Group.NOW),
        ("flag-yellow", Sort.ALARM, Group.LATER),
        ("silent", Sort.SILENCE, Group.NOW),
        ("asks:s.wound", Sort.WORD, Group.TODAY),
        ("something-new", Sort.OTHER, Group.TODAY),
    ],
)
def test_every_kind_of_work_has_its_place_and_a_new_one_is_work_of_the_day(kind, sort, group):
    place = place_of(kind)

    assert (place.sort, place.group) == (sort, group)


@pytest.mark.parametrize(
    ("kind", "hours", "may"),
    [
        (ALERT, 0.25, False),
        ("flag-red", 1, True),
        ("flag-red", 1.01, False),
        ("intake-ready", 14 * 24, True),
        ("intake-ready", 15 * 24, False),
        ("intake-ready", 0, False),
    ],
)
def test_a_red_flag_rests_for_an_hour_at_most_and_an_alert_not_at_all(kind, hours, may):
    assert may_rest(kind, NOW + timedelta(hours=hours), NOW) is may


@pytest.mark.parametrize("kind", [ALERT, "flag-crisis", "message"])
def test_nothing_is_offered_that_would_be_refused(kind):
    assert all(may_rest(kind, rest_until(rest, NOW, TOKYO), NOW) for rest in rests_of(kind))


def test_tomorrow_is_nine_in_the_clinics_morning():
    assert rest_until(Rest.TOMORROW, NOW, TOKYO) == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    assert rest_until(Rest.HOUR, NOW, TOKYO) == NOW + LOUD_REST


def test_a_day_ends_at_the_clinics_midnight():
    assert end_of_day(NOW, TOKYO) == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
