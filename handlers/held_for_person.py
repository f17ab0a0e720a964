"""What waits while a person of the clinic speaks with a patient, and goes on in order when they have gone."""

from datetime import timedelta
from typing import Final

from handlers.core.buttons import read_data
from handlers.core.case import FollowUp, FollowUpState
from handlers.core.changes import CancelQueued
from handlers.core.course import held_back
from handlers.core.frozen import replace
from handlers.core.protocol import UNFINISHED, StepKind
from handlers.core.talk import WITH_PERSON
from handlers.core.values import FollowUpId
from handlers.decision import Decision
from handlers.places import NOT_AT, TRIED

_AFTERWARDS: Final = timedelta(hours=12)
"""So long after the bot is back the next reminder of an open check-in comes: it has just been shown again."""
_SOON: Final = timedelta(minutes=1)


def waits(decision: Decision, follow_up: FollowUp) -> bool:
    """Say whether a planned contact waits until the person has gone; what is over by now does not."""
    if decision.case.patient.talk.person is None or decision.now >= follow_up.window_end:
        return False
    return not _is_safety(decision, follow_up)


def hold(decision: Decision, follow_up: FollowUp, fence: int) -> None:
    """Let a planned contact wait: a check-in as held, which staff see; a reminder until later."""
    until = decision.case.patient.talk.until or decision.now
    if follow_up.step == UNFINISHED or follow_up.state is FollowUpState.IN_PROGRESS:
        at = min(until + _AFTERWARDS, follow_up.window_end)
        decision.follow_up(replace(follow_up, next_at=at), fence)
        return
    at = min(max(until, decision.now + _SOON), follow_up.window_end)
    reason = follow_up.reason if _names_a_place(follow_up) else WITH_PERSON
    held = replace(follow_up, state=FollowUpState.HELD, reason=reason, next_at=at)
    decision.follow_up(held, fence)


def call_off(decision: Decision) -> None:
    """Call off openings and reminders that have not left yet: they are shown again afterwards."""
    for one in decision.case.follow_ups:
        if one.state is FollowUpState.IN_PROGRESS and not _is_safety(decision, one):
            decision.add(CancelQueued(None, WITH_PERSON, follow_up=FollowUpId(one.id), at=decision.now))


def let_go(decision: Decision) -> None:
    """Put what waited back into the plan, in the order in which it was planned; a pause goes on."""
    for one in decision.case.follow_ups:
        if one.state is FollowUpState.HELD and (one.reason == WITH_PERSON or _names_a_place(one)):
            reason = "" if one.reason == WITH_PERSON else one.reason
            again = replace(one, state=FollowUpState.SCHEDULED, reason=reason, next_at=one.due_at)
            decision.follow_up(held_back(again, decision.case.patient.paused_until))


def is_of_safety_check(decision: Decision, data: str) -> bool:
    """Say whether a tap belongs to a safety check, at its opening or at one of its questions."""
    parsed, (kind, _, rest) = read_data(data), data.partition(":")
    opened = rest.partition(":")[0] if kind == "f" else ""
    return any(
        one.id == opened or (parsed is not None and one.response == parsed.response)
        for one in decision.case.follow_ups
        if _is_safety(decision, one)
    )


def _is_safety(decision: Decision, follow_up: FollowUp) -> bool:
    if follow_up.step == UNFINISHED:
        return False
    return decision.world.protocol.step(follow_up.step).kind is StepKind.SAFETY_CHECK


def _names_a_place(follow_up: FollowUp) -> bool:
    """Say whether a check-in's reason names where it could not be brought: that is not written over."""
    return follow_up.reason.startswith((NOT_AT, TRIED))
