"""The patient lives in another time zone now, or travels: what is planned comes at the same hour there."""

from collections.abc import Sequence

from handlers.core.care_plan import MOVABLE, moved_to
from handlers.core.case import FollowUp
from handlers.core.course import BY_STAFF, plan_course
from handlers.core.frozen import replace
from handlers.core.travel import Trip
from handlers.decision import Decision
from handlers.whereabouts import stays_of


def move_to(decision: Decision, zone: str) -> None:
    """Note where the patient lives; plan anew, in that zone, what has not gone out yet."""
    decision.patient(zone=zone)
    _follow(decision)


def travel(decision: Decision, trips: tuple[Trip, ...]) -> None:
    """Note when the patient is elsewhere; plan anew, at the places of those days, what has not gone out."""
    decision.patient(trips=trips)
    _follow(decision)


def derive_again(decision: Decision) -> None:
    """Move what is planned for the same wall clock, which by the zone's new rules is another moment.

    What staff put off by hand keeps the moment that they chose.
    """
    planned = {(new.anchor, new.step): new for new in _course(decision)}
    for one in decision.case.follow_ups:
        new = planned.get((one.anchor, one.step))
        is_planned = one.state in MOVABLE and one.reason not in BY_STAFF
        if new and is_planned and _is_same_hour(one, new) and one.due_at != new.due_at:
            decision.follow_up(moved_to(one, new))


def _is_same_hour(one: FollowUp, new: FollowUp) -> bool:
    return (one.local, one.zone) == (new.local, new.zone)


def _course(decision: Decision) -> Sequence[FollowUp]:
    case, world = decision.case, decision.world
    texts, hour, stays = case.clinic.texts, case.patient.at_time, stays_of(case)
    return plan_course(world.protocol, case.anchors, texts, at=hour, zone=stays, ids=world.ids)


def _follow(decision: Decision) -> None:
    """Plan anew; what is under way keeps its dates, and quiet hours at the new place."""
    planned = {(new.anchor, new.step): new for new in _course(decision)}
    here = stays_of(decision.case).zone_at(decision.now)
    for one in decision.case.follow_ups:
        there = _there(one, planned.get((one.anchor, one.step)), here)
        if there != one:
            decision.follow_up(there)


def _there(one: FollowUp, new: FollowUp | None, here: str) -> FollowUp:
    is_fixed = new is None or one.state not in MOVABLE or one.reason in BY_STAFF
    if new is None or is_fixed:
        return replace(one, zone=here)
    return replace(one, zone=new.zone) if one.due_at == new.due_at else moved_to(one, new)
