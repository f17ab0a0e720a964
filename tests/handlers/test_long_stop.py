"""After a long stop: one reminder instead of three, the newest check-in instead of all."""

from dataclasses import replace
from datetime import timedelta

from handlers import check_in
from handlers.core.care_plan import parse_offset
from handlers.core.case import FollowUpState
from handlers.core.changes import OpenTask, Queue
from handlers.core.protocol import Rung, RungAction
from handlers.decision import Decision
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.test_check_in import opened, treated

DAY = timedelta(days=1)
LADDER = (
    Rung(parse_offset("P1D"), RungAction.REMIND),
    Rung(parse_offset("P3D"), RungAction.REMIND),
    Rung(parse_offset("P5D"), RungAction.TASK),
)


def look(desk: Desk, step: str) -> None:
    """Look at a check-in as the worker does: again as long as it asks for it now."""
    while (follow_up := desk.step(step)).next_at is not None and follow_up.next_at <= desk.clock.time:
        world = desk.around.world(CLINIC)
        steps = tuple(replace(s, ladder=LADDER, window_after_days=30) for s in world.protocol.steps)
        world = replace(world, protocol=replace(world.protocol, steps=steps))
        decision = Decision(desk.case, world, cause=f"look{len(desk.log)}")
        check_in.due(decision, follow_up, 1)
        desk.apply(desk.case, decision.finish())


def reminders(desk: Desk) -> int:
    return sum(":nudge:" in queued.dedupe_key for queued in desk.of(Queue))


def tasks(desk: Desk) -> list[str]:
    return [task.kind for task in desk.of(OpenTask)]


def test_reminders_that_a_stop_swallowed_become_one():
    desk = opened()
    desk.clock.time += 4 * DAY

    look(desk, "M1")

    assert (reminders(desk), desk.step("M1").nudges) == (1, 2)


def test_the_coordinators_task_comes_with_the_reminder():
    desk = opened()
    desk.clock.time += 6 * DAY

    look(desk, "M1")

    assert (reminders(desk), "silent" in tasks(desk)) == (1, True)


def test_of_two_check_ins_due_at_once_the_newest_is_opened_and_the_other_goes_to_a_person():
    desk = treated()
    first, second = desk.step("M1"), desk.step("M3")
    close = replace(second, due_at=first.due_at + DAY, next_at=first.due_at + DAY)
    desk.case = replace(desk.case, follow_ups=(first, close))
    desk.clock.time = first.due_at + 2 * DAY

    look(desk, "M1")
    look(desk, "M3")

    assert (desk.step("M1").state, desk.step("M3").state) == (
        FollowUpState.MISSED,
        FollowUpState.IN_PROGRESS,
    )
    assert tasks(desk).count("missed") == 1


def test_a_check_in_whose_window_is_over_is_missed_and_nothing_is_sent():
    desk = treated()
    desk.clock.time = desk.step("M1").window_end
    before = len(desk.of(Queue))

    look(desk, "M1")

    assert (desk.step("M1").state, len(desk.of(Queue))) == (FollowUpState.MISSED, before)
