"""The patient lives in another time zone now: what is planned comes at the same hour there."""

from handlers.core.care_plan import MOVABLE, moved_to, plan
from handlers.core.case import FollowUp
from handlers.core.frozen import replace
from handlers.decision import Decision


def move_to(decision: Decision, zone: str) -> None:
    """Note where the patient lives; plan anew, in that zone, what has not gone out yet.

    What is under way keeps its dates, and quiet hours at the new place.
    """
    decision.patient(zone=zone)
    case = decision.case
    planned = {
        (anchor.id, new.step): new
        for anchor in case.anchors
        for new in plan(
            decision.world.protocol, anchor, at=case.patient.at_time, zone=zone, ids=decision.world.ids
        )
    }
    for one in case.follow_ups:
        there = _there(one, planned.get((one.anchor, one.step)), zone)
        if there != one:
            decision.follow_up(there)


def _there(one: FollowUp, new: FollowUp | None, zone: str) -> FollowUp:
    if new is None or one.state not in MOVABLE or one.due_at == new.due_at:
        return replace(one, zone=zone)
    return moved_to(one, new)
