"""The patient lives in another time zone now: what is planned comes at the same hour there."""

from handlers.core.care_plan import MOVABLE, moved_to
from handlers.core.case import FollowUp
from handlers.core.course import BY_STAFF, plan_course
from handlers.core.frozen import replace
from handlers.decision import Decision


def move_to(decision: Decision, zone: str) -> None:
    """Note where the patient lives; plan anew, in that zone, what has not gone out yet.

    What is under way keeps its dates, and quiet hours at the new place.
    """
    decision.patient(zone=zone)
    case, world = decision.case, decision.world
    texts, hour = case.clinic.texts, case.patient.at_time
    course = plan_course(world.protocol, case.anchors, texts, at=hour, zone=zone, ids=world.ids)
    planned = {(new.anchor, new.step): new for new in course}
    for one in case.follow_ups:
        there = _there(one, planned.get((one.anchor, one.step)), zone)
        if there != one:
            decision.follow_up(there)


def _there(one: FollowUp, new: FollowUp | None, zone: str) -> FollowUp:
    is_fixed = new is None or one.state not in MOVABLE or one.reason in BY_STAFF
    if new is None or is_fixed or one.due_at == new.due_at:
        return replace(one, zone=zone)
    return moved_to(one, new)
