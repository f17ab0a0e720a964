"""A zone's rules have changed: what is planned for an hour there is at another moment by now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.care_plan import MOVABLE
from handlers.core.course import BY_STAFF
from handlers.core.protocol import UNFINISHED
from handlers.decision import Decision
from handlers.moving_house import derive_again
from tests.handlers.desk import CLINIC
from tests.handlers.test_check_in import treated

HOUR = timedelta(hours=1)


def derived(desk):
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="rules")
    derive_again(decision)
    desk.apply(desk.case, decision.finish())
    return desk.case.follow_ups


def by_old_rules(desk, **fields):
    """Let everything planned stand an hour earlier than its wall clock shows by now."""
    times = ("window_start", "due_at", "window_end", "next_at")
    old = [
        replace(one, **{name: getattr(one, name) - HOUR for name in times}, **fields)
        for one in desk.case.follow_ups
        if one.state in MOVABLE and one.step != UNFINISHED
    ]
    desk.case = replace(desk.case, follow_ups=tuple(old))
    return desk


def test_what_is_planned_comes_at_its_hour_by_the_new_rules():
    desk = treated()
    right = {one.id: one for one in desk.check_ins()}

    assert {one.id: one for one in derived(by_old_rules(desk))} == right


def test_by_the_same_rules_nothing_is_written():
    desk = treated()
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="rules")

    derive_again(decision)

    assert decision.finish() == []


@pytest.mark.parametrize("reason", sorted(BY_STAFF))
def test_what_staff_put_off_keeps_the_moment_that_they_chose(reason):
    desk = by_old_rules(treated(), reason=reason)
    before = desk.case.follow_ups

    assert derived(desk) == before
