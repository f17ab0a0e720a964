"""When staff call about an answer, and by when."""

from datetime import UTC, datetime

import pytest

from handlers.core.calls import Call, call_of, due_at, kind_of
from handlers.core.changes import Level
from handlers.core.worklist import Group, place_of

FRIDAY = datetime(2026, 11, 27, 1, tzinfo=UTC)  # ten in the morning in Tokyo
LATE = datetime(2026, 11, 26, 16, tzinfo=UTC)  # already Friday there


@pytest.mark.parametrize(
    ("level", "task", "kind", "group"),
    [
        (Level.YELLOW, "call-in-2-days", "flag-yellow", Group.LATER),
        (Level.YELLOW, "call-today", "flag-call-today", Group.TODAY),
        (Level.YELLOW, "", "flag-yellow", Group.LATER),
        (Level.ORANGE, "call-today", "flag-orange", Group.TODAY),
        (Level.ORANGE, "call-in-1-hour", "flag-call-in-1-hour", Group.NOW),
        (Level.ORANGE, "of another time", "flag-orange", Group.TODAY),
        (Level.RED, "call-in-2-days", "flag-red", Group.NOW),
        (Level.CRISIS, "", "flag-crisis", Group.NOW),
    ],
)
def test_a_rule_says_when_staff_call_but_nothing_makes_a_red_answer_wait(level, task, kind, group):
    found = kind_of(level, call_of(level, task))

    assert (found, place_of(found).group) == (kind, group)


@pytest.mark.parametrize(
    ("call", "at", "closed", "due"),
    [
        (Call.NOW, FRIDAY, "", None),
        (Call.HOUR, FRIDAY, "", datetime(2026, 11, 27, 2, tzinfo=UTC)),
        (Call.TODAY, FRIDAY, "", datetime(2026, 11, 27, 14, 59, tzinfo=UTC)),
        (Call.TODAY, LATE, "", datetime(2026, 11, 27, 14, 59, tzinfo=UTC)),
        (Call.TWO_DAYS, FRIDAY, "", datetime(2026, 12, 1, 14, 59, tzinfo=UTC)),
        (Call.TWO_DAYS, FRIDAY, "2026-11-30/2026-12-01", datetime(2026, 12, 3, 14, 59, tzinfo=UTC)),
    ],
)
def test_a_call_is_due_by_the_clinics_own_days(call, at, closed, due):
    assert due_at(call, at, "Asia/Tokyo", {"closed_days": closed}) == due
