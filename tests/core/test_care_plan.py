"""Dates of planned check-ins: month ends, DST, quiet hours, moved anchors."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

import pytest

from handlers.core.care_plan import (
    local_to_utc,
    offset_from,
    parse_offset,
    plan,
)
from handlers.core.case import Anchor
from handlers.core.protocol import Offset, Protocol, Step, StepKind
from handlers.core.values import PatientId


class Numbered:
    """Ids that count."""

    def __init__(self):
        self._numbers = count(1)

    def new(self):
        return f"f{next(self._numbers)}"


def step(offset, *, ident="S", **more):
    return Step(id=ident, anchor="infusion", offset=parse_offset(offset), kind=StepKind.CHECK_IN, **more)


def protocol(*steps):
    return Protocol(id="p", version="1", title="", intake=(), steps=steps)


def anchor(local, zone="Asia/Tokyo"):
    return Anchor(id="a1", patient=PatientId("p1"), kind="infusion", local=local, zone=zone)


def planned(offset, local, zone="Asia/Tokyo", at="10:00", **more):
    [follow_up] = plan(protocol(step(offset, **more)), anchor(local, zone), at=at, ids=Numbered())
    return follow_up


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "offset", "local"),
    [
        ("2026-01-31", "P1M", "2026-02-28T10:00"),
        ("2028-01-31", "P1M", "2028-02-29T10:00"),
        ("2026-01-31", "P3M", "2026-04-30T10:00"),
        ("2026-01-31", "P6M", "2026-07-31T10:00"),
        ("2026-08-31", "P6M", "2027-02-28T10:00"),
        ("2028-02-29", "P1Y", "2029-02-28T10:00"),
        ("2026-12-31", "P1M1D", "2027-02-01T10:00"),
        ("2026-03-01", "-P2D", "2026-02-27T10:00"),
        ("2026-03-14", "-P2W", "2026-02-28T10:00"),
        ("2026-01-31T16:45", "P1M", "2026-02-28T10:00"),
    ],
)
def test_months_are_calendar_months_from_the_original_date_clamped_at_month_ends(start, offset, local):
    assert planned(offset, start).local == local


@pytest.mark.parametrize(
    ("start", "zone", "due"),
    [
        # Winter treatment, summer check-in: the wall clock stays, the UTC hour moves.
        ("2026-01-15", "Europe/Berlin", "2026-07-15T08:00"),
        ("2026-07-15", "Europe/Berlin", "2027-01-15T09:00"),
        ("2026-01-15", "America/New_York", "2026-07-15T14:00"),
        ("2026-07-15", "America/New_York", "2027-01-15T15:00"),
        ("2026-01-15", "Australia/Lord_Howe", "2026-07-14T23:30"),
        ("2026-07-15", "Australia/Lord_Howe", "2027-01-14T23:00"),
        # Casablanca is at UTC+1, but at UTC+0 in Ramadan (8 Feb to 9 Mar 2027).
        ("2026-08-20", "Africa/Casablanca", "2027-02-20T10:00"),
        ("2026-10-20", "Africa/Casablanca", "2027-04-20T09:00"),
        ("2026-01-15", "Pacific/Apia", "2026-07-14T21:00"),
    ],
)
def test_six_months_later_is_at_the_same_wall_clock_time_across_dst(start, zone, due):
    assert planned("P6M", start, zone).due_at == utc(due)


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        # Gaps: the later time.
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45"),
        ("2027-03-14T02:30", "Africa/Casablanca", "2027-03-14T02:30"),
        ("2011-12-30T10:00", "Pacific/Apia", "2011-12-30T20:00"),
        # Folds: the first time.
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45"),
        ("2027-02-07T02:30", "Africa/Casablanca", "2027-02-07T01:30"),
    ],
)
def test_a_skipped_time_becomes_the_later_one_and_of_a_doubled_time_the_first_is_taken(local, zone, moment):
    assert local_to_utc(local, zone) == utc(moment)


@pytest.mark.parametrize(
    ("at", "local"),
    [
        ("08:59", "2026-02-28T09:00"),
        ("00:00", "2026-02-28T09:00"),
        ("09:00", "2026-02-28T09:00"),
        ("19:59", "2026-02-28T19:59"),
        ("20:00", "2026-03-01T09:00"),
        ("23:30", "2026-03-01T09:00"),
    ],
)
def test_a_preferred_time_in_quiet_hours_moves_to_the_next_morning(at, local):
    assert planned("P1M", "2026-01-31", at=at).local == local


def test_a_step_may_ignore_quiet_hours():
    assert planned("P1M", "2026-01-31", at="23:30", ignore_quiet_hours=True).local == "2026-02-28T23:30"


@pytest.mark.parametrize(
    ("offset", "start", "zone", "due"),
    [
        ("PT6H", "2026-06-01T11:00", "Asia/Tokyo", "2026-06-01T08:00"),
        # 24 hours are absolute: across the end of summer time the wall clock shows an hour less.
        ("PT24H", "2026-10-24T14:00", "Europe/Berlin", "2026-10-25T12:00"),
        ("-PT24H", "2026-03-29T14:00", "Europe/Berlin", "2026-03-28T12:00"),
        # 17:00 + 6 h is 23:00: quiet, so 09:00 of the next day (00:00 UTC).
        ("PT6H", "2026-06-01T17:00", "Asia/Tokyo", "2026-06-02T00:00"),
        ("P1DT2H", "2026-06-01T11:00", "Asia/Tokyo", "2026-06-02T04:00"),
    ],
)
def test_hours_count_from_the_moment_of_the_procedure(offset, start, zone, due):
    assert planned(offset, start, zone).due_at == utc(due)


def test_hours_of_a_safety_check_are_kept_even_at_night():
    follow_up = planned("PT6H", "2026-06-01T17:00", ignore_quiet_hours=True)

    assert (follow_up.local, follow_up.due_at) == ("2026-06-01T23:00", utc("2026-06-01T14:00"))


def test_hours_of_an_anchor_without_a_time_count_from_the_preferred_time():
    assert planned("PT6H", "2026-06-01").local == "2026-06-01T16:00"


def test_windows_are_days_on_the_wall_clock_around_the_due_time():
    follow_up = planned("P1M", "2026-02-25", "Europe/Berlin", window_before_days=3, window_after_days=7)

    # Due 25 March 10:00 (UTC+1); a week later is summer time (UTC+2).
    assert follow_up.window_start == utc("2026-03-22T09:00")
    assert follow_up.window_end == utc("2026-04-01T08:00")


def test_a_check_in_is_looked_at_first_when_it_is_due():
    follow_up = planned("P1M", "2026-01-31")

    assert follow_up.next_at == follow_up.due_at


def test_a_patient_who_lives_elsewhere_is_asked_at_their_own_time():
    [follow_up] = plan(
        protocol(step("P1M")), anchor("2026-01-31T15:00"), at="10:00", ids=Numbered(), zone="America/New_York"
    )

    assert (follow_up.local, follow_up.due_at) == ("2026-02-28T10:00", utc("2026-02-28T15:00"))


def test_only_enabled_steps_of_this_kind_of_anchor_are_planned_and_the_earliest_comes_first():
    steps = (
        step("P3M", ident="M3"),
        step("P1M", ident="M1"),
        step("P6M", ident="M6", enabled=False),
        replace(step("P1D", ident="H1"), anchor="harvest"),
    )

    follow_ups = plan(protocol(*steps), anchor("2026-01-31"), at="10:00", ids=Numbered())

    assert [f.step for f in follow_ups] == ["M1", "M3"]


@pytest.mark.parametrize("zone", ["Asia/Tokio", "", "../etc/passwd", "/etc/localtime", "JST+9x"])
def test_an_unknown_zone_is_refused_by_name(zone):
    with pytest.raises(ValueError, match=r"unknown time zone .*Asia/Tokyo"):
        planned("P1M", "2026-01-31", zone)


@pytest.mark.parametrize(
    "local",
    ["2026-02-30", "31.01.2026", "2026-1-31", "", "2026-01-31T25:00", "2026-01-31T10:00Z", "20260131"],
)
def test_a_date_that_cannot_be_is_refused(local):
    with pytest.raises(ValueError, match="is not"):
        planned("P1M", local)


def test_a_date_at_the_end_of_the_calendar_is_refused():
    with pytest.raises(ValueError, match="calendar"):
        planned("P1M", "9999-12-31")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("P1M", Offset(months=1)),
        ("P1Y2M", Offset(months=14)),
        ("-P14D", Offset(days=-14)),
        ("P2W", Offset(days=14)),
        ("PT6H", Offset(hours=6)),
        ("+P1M2DT3H", Offset(months=1, days=2, hours=3)),
        ("P0D", Offset()),
    ],
)
def test_an_iso_duration_is_read(text, offset):
    assert parse_offset(text) == offset


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "1M", "PT30M", "P1.5M", "P1H", "PTH", "-", "P1M ", "P-1M"]
)
def test_what_is_no_offset_in_calendar_parts_is_refused(text):
    with pytest.raises(ValueError, match="is not an offset"):
        parse_offset(text)


@pytest.mark.parametrize(
    ("offset", "moment"),
    [
        # 23 October 10:00 in Berlin (UTC+2); after the 25th it is UTC+1.
        (Offset(days=1), "2026-10-24T08:00"),
        (Offset(days=3), "2026-10-26T09:00"),
        (Offset(hours=72), "2026-10-26T08:00"),
        (Offset(hours=8), "2026-10-23T16:00"),
        (Offset(hours=12), "2026-10-24T07:00"),
    ],
)
def test_a_rung_of_the_ladder_keeps_the_wall_clock_for_days_and_spares_the_night(offset, moment):
    assert offset_from(utc("2026-10-23T08:00"), offset, "Europe/Berlin") == utc(moment)


@pytest.mark.parametrize("at", ["00:30", "02:30", "10:00", "23:30"])
def test_no_zone_on_earth_is_written_to_in_its_quiet_hours_or_before_the_due_date(at):
    steps = protocol(step("P1M", ident="M1"), step("P6M", ident="M6"))
    follow_ups = [
        follow_up
        for zone in available_timezones()
        for month in (2, 9)
        for follow_up in plan(steps, anchor(f"2026-{month:02d}-28", zone), at=at, ids=Numbered())
    ]

    walls = [f.due_at.astimezone(ZoneInfo(f.zone)) for f in follow_ups]

    assert {9 <= wall.hour < 20 for wall in walls} == {True}
    assert {wall.day for wall in walls} <= {28, 29}
