"""What was stopped stays stopped until staff start again; what they left out stays left out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import programme
from handlers.core.case import FollowUpState, Stage
from handlers.core.changes import SaveFollowUp
from handlers.core.course import WhySkipped, compare, plan_course
from handlers.errors import NotFound, ProgrammeStopped
from handlers.programme import WhyStopped
from handlers.whereabouts import stays_of
from tests.handlers.desk import CLINIC
from tests.handlers.test_programme import act, infused

LATER = "2026-04-02T14:00"


def stopped(why=WhyStopped.LEFT):
    desk = infused()
    act(desk, lambda decision: programme.stop(decision, why, "staff"))
    return desk


def move(desk):
    """Correct the day of the infusion, as staff do."""
    world, [anchor] = desk.around.world(CLINIC), desk.case.anchors
    anchors = (replace(anchor, local=LATER),)
    planned = plan_course(world.protocol, anchors, {}, at="10:00", zone=stays_of(desk.case), ids=world.ids)
    difference = compare(world.protocol, desk.case.follow_ups, planned, now=world.now)
    desk.apply(desk.case, [SaveFollowUp(one) for one in (*difference.moved, *difference.dropped)])


@pytest.mark.parametrize("why", WhyStopped)
def test_a_moved_date_plans_nothing_that_was_stopped(why):
    desk = stopped(why)

    move(desk)

    assert {one.state for one in desk.check_ins()} == {FollowUpState.CANCELLED}


@pytest.mark.parametrize("why", [WhySkipped.SEEN, WhySkipped.NOT_NEEDED])
def test_a_moved_date_brings_nothing_back_that_staff_left_out(why):
    desk = infused()
    act(desk, lambda decision: programme.skip(decision, desk.step("M1").id, why, "staff"))

    move(desk)

    assert (desk.step("M1").state, desk.step("M1").reason) == ("cancelled", f"skipped:{why}")
    assert desk.step("M3").state is FollowUpState.SCHEDULED


def test_what_was_left_out_as_too_late_comes_back_with_a_corrected_date():
    desk = infused()
    act(desk, lambda d: programme.skip(d, desk.step("M1").id, WhySkipped.TOO_LATE, "staff"))

    move(desk)

    assert desk.step("M1").state is FollowUpState.SCHEDULED


def test_no_check_in_is_sent_by_hand_while_everything_is_stopped():
    desk = stopped()

    with pytest.raises(ProgrammeStopped):
        act(desk, lambda decision: programme.send(decision, desk.step("M1").id, "staff"))


def test_starting_again_plans_what_is_still_open_and_no_more():
    desk = stopped()
    desk.clock.time = desk.step("M3").due_at - timedelta(days=1)

    act(desk, lambda decision: programme.start_again(decision, "staff"))

    states = {step: desk.step(step).state for step in ("M1", "M3", "M6")}
    assert states == {"M1": "cancelled", "M3": "scheduled", "M6": "scheduled"}
    assert desk.case.patient.stage is Stage.TREATMENT
    desk.tick("M3")
    assert desk.step("M3").state is FollowUpState.IN_PROGRESS


def test_starting_again_leaves_a_pause_standing():
    desk = infused()
    act(desk, lambda d: programme.pause(d, desk.step("M1").due_at + timedelta(days=1), "staff"))
    act(desk, lambda decision: programme.stop(decision, WhyStopped.LEFT, "staff"))

    act(desk, lambda decision: programme.start_again(decision, "staff"))

    assert desk.step("M1").reason == "paused"


def test_nothing_is_started_again_that_was_not_stopped():
    with pytest.raises(NotFound):
        act(infused(), lambda decision: programme.start_again(decision, "staff"))
