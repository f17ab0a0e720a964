"""A patient who moves: what is planned comes at their hour there, and never before it is due."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.core.case import FollowUpState
from handlers.decision import Decision
from handlers.moving_house import move_to
from tests.handlers.desk import CLINIC
from tests.handlers.test_check_in import opened, treated

ZONES = ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]


def moved(desk, zone):
    decision = Decision(desk.case, desk.around.world(CLINIC), cause=f"move{len(desk.log)}")
    move_to(decision, zone)
    desk.apply(desk.case, decision.finish())
    return desk


def by_day(desk):
    """Return what counts in days and months; what counts in hours follows the procedure's own clock."""
    steps = desk.around.world(CLINIC).protocol.step
    return [f for f in desk.check_ins() if not steps(f.step).offset.hours]


def on_the_wall(follow_up):
    return follow_up.due_at.astimezone(ZoneInfo(follow_up.zone)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_planned_comes_at_the_same_hour_there(zone):
    desk = moved(treated(), zone)

    assert {(f.zone, on_the_wall(f)[-5:]) for f in by_day(desk)} == {(zone, "10:00")}


@pytest.mark.parametrize("zone", ZONES)
def test_it_comes_on_the_same_days(zone):
    before = [f.local for f in by_day(treated())]

    assert [f.local for f in by_day(moved(treated(), zone))] == before


@pytest.mark.parametrize("zone", ZONES)
def test_nothing_is_looked_at_before_it_is_due_there(zone):
    desk = moved(treated(), zone)

    assert all(f.next_at == f.due_at for f in desk.check_ins())


def test_each_check_in_stays_one():
    desk = treated()
    before = [f.id for f in desk.check_ins()]

    moved(moved(desk, "Asia/Tokyo"), "Europe/Berlin")

    assert [f.id for f in desk.check_ins()] == before


def test_going_there_and_back_changes_nothing():
    desk = treated()
    before = desk.check_ins()

    moved(moved(desk, "Asia/Tokyo"), "Europe/Berlin")

    assert desk.check_ins() == before


def test_a_check_in_under_way_keeps_its_dates_and_the_quiet_hours_of_the_new_place():
    desk = opened()
    before = desk.step("M1")

    moved(desk, "Asia/Tokyo")

    after = desk.step("M1")
    assert (after.due_at, after.window_end, after.zone) == (before.due_at, before.window_end, "Asia/Tokyo")


def test_a_reminder_after_the_move_waits_for_the_morning_there():
    desk = moved(opened(), "America/Los_Angeles")
    desk.tick("M1")  # it is night there

    follow_up = desk.step("M1")

    there = follow_up.next_at.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (follow_up.nudges, there.hour) == (0, 9)


def test_what_is_overdue_by_the_new_clock_is_opened_once():
    desk = treated()
    desk.clock.time = desk.step("M1").due_at - timedelta(hours=1)
    moved(desk, "Asia/Tokyo")  # there it was due hours ago

    desk.tick("M1")

    assert desk.step("M1").state in {FollowUpState.IN_PROGRESS, FollowUpState.SCHEDULED}
    assert desk.step("M1").next_at > desk.clock.time
