"""Never two questionnaires at once: what stands first, and what goes on when it is done."""

from datetime import timedelta
from typing import Final

from handlers.core.case import FollowUp, FollowUpState
from handlers.core.protocol import UNFINISHED, Step, StepKind
from handlers.decision import Decision

BUSY_FOR: Final = timedelta(hours=1)
"""So long after their last word somebody is taken to be in the middle of a questionnaire."""


def is_busy(decision: Decision, step: Step) -> bool:
    """Say whether something else stands first: a questionnaire that is being answered, or a safety check."""
    return _is_talking(decision) or (step.kind is not StepKind.SAFETY_CHECK and bool(open_safety(decision)))


def open_safety(decision: Decision) -> list[FollowUp]:
    """Return the safety checks that have been opened and are not finished."""
    safety = {s.id for s in decision.world.protocol.steps if s.kind is StepKind.SAFETY_CHECK}
    opened = {FollowUpState.IN_PROGRESS, FollowUpState.UNKNOWN}
    return [one for one in decision.case.follow_ups if one.step in safety and one.state in opened]


def interrupted(decision: Decision) -> FollowUp | None:
    """Return the check-in that was being answered when another came between."""
    opened = FollowUpState.IN_PROGRESS
    begun = (f for f in decision.case.follow_ups if f.state is opened and f.response)
    waits = (f for f in begun if f.step != UNFINISHED)
    return max(waits, key=lambda follow_up: follow_up.due_at, default=None)


def _is_talking(decision: Decision) -> bool:
    """Say whether the patient is in the middle of another questionnaire."""
    heard = decision.case.contact.last_heard_at
    is_here = heard is not None and decision.now - heard < BUSY_FOR
    return is_here and decision.case.open_response() is not None
