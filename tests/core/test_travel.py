"""Where somebody is on each day, and what that makes of the plan: gaps, folds, trips across the due day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from whenever import Date

from handlers.core.care_plan import plan_steps
from handlers.core.case import Anchor
from handlers.core.contact_time import QUIET, is_quiet
from handlers.core.protocol import Offset, Step, StepKind
from handlers.core.travel import (
    Stays,
    Trip,
    ahead,
    clock_at,
    clocks_ahead,
    clocks_of,
    decode_trips,
    encode_trips,
    home_again,
    with_trip,
    without_trip,
)
from handlers.core.values import PatientId
from tests.core.test_care_plan import Numbered

BERLIN, TOKYO, ANGELES = "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def trip(first, last, zone=TOKYO, country="JP"):
    return Trip(country, zone, first, last)


SPRING = trip("2026-03-20", "2026-04-02")


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        ("2026-03-19T14:59:59", BERLIN),
        ("2026-03-19T15:00:00", TOKYO),
        ("2026-04-02T14:59:59", TOKYO),
        ("2026-04-02T15:00:00", BERLIN),
    ],
)
def test_a_trip_lasts_from_midnight_to_midnight_there(moment, zone):
    assert Stays(BERLIN, (SPRING,)).zone_at(datetime.fromisoformat(f"{moment}+00:00")) == zone


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00"),  # midnight was skipped
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),  # 00:30 comes twice, midnight's first counts
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # the whole day was skipped
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),
    ],
)
def test_a_day_begins_where_clocks_are_turned_at_midnight(zone, day, begins):
    assert trip(day, day, zone).begins.strftime("%Y-%m-%dT%H:%M") == begins


@pytest.mark.parametrize(
    ("new", "left"),
    [
        (("2026-05-01", "2026-05-10"), [("2026-03-20", "2026-04-02"), ("2026-05-01", "2026-05-10")]),
        (("2026-03-25", "2026-04-20"), [("2026-03-25", "2026-04-20")]),
        (("2026-03-22", "2026-03-25"), [("2026-03-22", "2026-03-25")]),
        (("2026-03-01", "2026-05-01"), [("2026-03-01", "2026-05-01")]),
        (("2026-04-02", "2026-04-09"), [("2026-03-20", "2026-04-01"), ("2026-04-02", "2026-04-09")]),
        (("2026-03-10", "2026-03-12"), [("2026-03-10", "2026-03-12"), ("2026-03-20", "2026-04-02")]),
    ],
)
def test_the_later_told_trip_replaces_what_shares_days_with_it(new, left):
    assert [(t.first, t.last) for t in with_trip([SPRING], trip(*new), NOW)] == left


def test_what_is_over_is_let_go_and_who_is_back_sooner_is_at_home():
    summer, during = trip("2026-07-01", "2026-07-05"), datetime(2026, 3, 25, tzinfo=UTC)

    assert ahead([SPRING, summer], datetime(2026, 5, 1, tzinfo=UTC)) == (summer,)
    assert home_again([SPRING, summer], during) == without_trip([SPRING, summer], "2026-03-20") == (summer,)


def test_trips_are_kept_as_text():
    assert decode_trips(encode_trips([SPRING, SPRING])) == (SPRING, SPRING)
    assert decode_trips("") == ()
    with pytest.raises(ValueError, match="trips"):
        decode_trips("JP")


def test_of_a_countrys_zones_only_those_with_another_clock_are_offered():
    zones = ("America/New_York", "America/Detroit", "America/Denver", "America/Phoenix", ANGELES)

    assert clocks_of(zones, NOW) == ("America/New_York", "America/Denver", "America/Phoenix", ANGELES)


def due(offset, trips, *, home=BERLIN, local="2026-02-28T14:00", at="10:00"):
    step = Step("S", "infusion", offset, StepKind.CHECK_IN, "q", window_after_days=7)
    anchor = Anchor("a", PatientId("p"), "infusion", local, TOKYO)
    [one] = plan_steps([step], anchor, at=at, ids=Numbered(), zone=Stays(home, tuple(trips)))
    return f"{one.local} {one.zone}", one


MONTH = Offset(months=1)


@pytest.mark.parametrize(
    ("trips", "expected"),
    [
        ([], "2026-03-28T10:00 Europe/Berlin"),
        ([SPRING], "2026-03-28T10:00 Asia/Tokyo"),
        ([trip("2026-03-28", "2026-03-28")], "2026-03-28T10:00 Asia/Tokyo"),
        ([trip("2026-03-29", "2026-04-02")], "2026-03-28T10:00 Europe/Berlin"),
        ([trip("2026-03-01", "2026-03-27")], "2026-03-28T10:00 Europe/Berlin"),
        ([trip("2026-03-01", "2026-03-10"), SPRING], "2026-03-28T10:00 Asia/Tokyo"),
    ],
)
def test_what_falls_due_on_a_trip_comes_at_their_hour_there(trips, expected):
    assert due(MONTH, trips)[0] == expected


def test_who_has_left_by_then_is_asked_at_their_hour_there():
    away = trip("2026-03-29", "2026-04-02", "Pacific/Kiritimati")  # begins at 11:00 on the 28th in Berlin

    assert due(MONTH, [away], at="12:00")[0] == "2026-03-29T12:00 Pacific/Kiritimati"


@pytest.mark.parametrize("at", ["09:00", "10:00", "18:00"])
@pytest.mark.parametrize("home", [BERLIN, ANGELES, "Pacific/Pago_Pago", "Asia/Kathmandu"])
@pytest.mark.parametrize("zone", [TOKYO, "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe"])
def test_nothing_is_due_in_quiet_hours_of_where_they_are_whichever_day_they_leave(at, home, zone):
    # The clocks of Berlin, Los Angeles, New York and Lord Howe are turned within these days.
    for number in range(1, 16):
        first = Date(2026, 3, 20).add(days=number)
        for days in (Offset(days=28), Offset(days=35), Offset(hours=680)):
            away = trip(first.format_iso(), first.add(days=3).format_iso(), zone)
            one = due(days, [away], home=home, at=at)[1]
            there = one.due_at.astimezone(ZoneInfo(Stays(home, (away,)).zone_at(one.due_at)))
            assert not is_quiet(there.time(), QUIET), (first, days)
            assert one.zone == there.tzinfo.key


def test_hours_after_a_procedure_stay_the_same_moment_on_a_trip():
    at_home, away = due(Offset(hours=24), [])[1], due(Offset(hours=24), [trip("2026-02-27", "2026-03-05")])[1]

    assert (at_home.zone, away.zone) == (BERLIN, TOKYO)
    assert away.local == "2026-03-01T14:00"
    assert away.due_at == datetime(2026, 3, 1, 5, tzinfo=UTC) < at_home.due_at  # 06:00 in Berlin waits for 9


@pytest.mark.parametrize(
    ("day", "zone"),
    [(15, "Europe/London"), (16, "Asia/Kolkata"), (20, "Asia/Kolkata"), (22, "Europe/London")],
)
def test_what_is_queued_before_a_trip_keeps_the_clock_of_wherever_its_receiver_is_when_it_leaves(day, zone):
    trip = Trip("IN", "Asia/Kolkata", "2027-02-16", "2027-02-20")
    clocks = clocks_ahead(Stays("Europe/London", (trip,)), datetime(2027, 2, 14, tzinfo=UTC), "Europe/London")

    assert clock_at(clocks, datetime(2027, 2, day, 12, tzinfo=UTC)) == zone
