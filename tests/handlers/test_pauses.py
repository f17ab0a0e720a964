"""A pause of the clinic's: entered again, lifted early, and met by STOP."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import endings, merging, programme
from handlers.core.case import FollowUpState
from handlers.core.changes import SaveFollowUp
from tests.handlers.desk import Desk
from tests.handlers.test_programme import act, infused

HELD, PLANNED = FollowUpState.HELD, FollowUpState.SCHEDULED


def paused(desk: Desk, days: float) -> Desk:
    """Pause until so many days after the check-in of month 1 is due."""
    until = desk.step("M1").due_at + timedelta(days=days)
    act(desk, lambda decision: programme.pause(decision, until, "staff"))
    return desk


def month(desk: Desk) -> tuple[FollowUpState, str, float]:
    """Return how the check-in of month 1 stands, and how many days after its time it is looked at."""
    one = desk.step("M1")
    return one.state, one.reason, (one.next_at - one.due_at) / timedelta(days=1)


@pytest.mark.parametrize(
    ("again", "stands"),
    [
        (4, (HELD, "paused", 4)),
        (60, (HELD, "paused", 7)),
        (1, (HELD, "paused", 1)),
        (-1, (PLANNED, "", 0)),
        (-60, (PLANNED, "", 0)),
    ],
)
def test_a_pause_that_is_entered_again_takes_the_place_of_the_one_before(again, stands):
    assert month(paused(paused(infused(), 2), again)) == stands


def test_a_begun_check_in_follows_a_pause_that_is_entered_again():
    desk = infused()
    desk.tick("M1")
    desk.tap("Start")

    assert month(paused(paused(desk, 2), 4)) == (HELD, "paused", 4)


def test_what_stop_has_held_waits_for_a_pause_that_came_later():
    desk = infused()
    desk.say("stop")
    paused(desk, 2)

    desk.tap("Send them again")

    assert month(desk) == (HELD, "paused", 2)
    assert desk.step("M3").state is PLANNED


def test_what_comes_back_unsigned_or_out_of_a_merge_waits_for_a_pause():
    desk = paused(infused(), 2)
    one = replace(desk.step("M1"), reason=endings.UNSIGNED)
    desk.apply(desk.case, [SaveFollowUp(one)])
    act(desk, endings.look_again)
    signed = month(desk)

    set_aside = replace(desk.step("M1"), state=FollowUpState.CANCELLED, reason=merging.MERGED)
    desk.apply(desk.case, [SaveFollowUp(set_aside)])
    desk.apply(desk.case, merging.take_back(desk.case, desk.clock.time))

    assert signed == month(desk) == (HELD, "paused", 2)
