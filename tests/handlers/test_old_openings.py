"""What is left of an opening after its check-in was answered, or got another day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import FollowUpState
from tests.handlers.desk import Desk
from tests.handlers.test_openings import opened


def moved() -> Desk:
    """Return a desk whose check-in was opened, missed, and then got a day three months later."""
    desk = opened()
    old = desk.step("M1")
    days = {
        name: getattr(old, name) + timedelta(days=90) for name in ("window_start", "due_at", "window_end")
    }
    new = replace(old, state=FollowUpState.SCHEDULED, next_at=days["due_at"], opened_at=None, **days)
    desk.case = replace(desk.case, follow_ups=(new,))
    return desk


@pytest.mark.parametrize("tap", ["Start", "Later"])
def test_an_opening_for_the_old_date_does_not_begin_the_check_in_of_the_new_one(tap):
    desk = moved()
    planned = desk.step("M1")

    [said] = desk.tap(tap)

    assert desk.step("M1") == planned
    assert not said.choices


def test_yes_at_an_opening_for_the_old_date_does_not_begin_it_either():
    desk = moved()

    desk.say("yes")

    assert desk.step("M1").response is None
