"""A check-in that was held because of a fault of ours: staff let it be tried again, or set it aside."""

from collections.abc import Sequence
from datetime import datetime

from handlers.core.case import Case, FollowUp, FollowUpState
from handlers.core.changes import Change, CloseTask, SaveFollowUp
from handlers.core.frozen import replace
from handlers.errors import NotFound

FAULT = "fault"
"""The reason of a check-in that is held because we failed, and not because of its patient."""


def try_again(case: Case, follow_up: str, by: str, now: datetime) -> Sequence[Change]:
    """Return the changes after which the check-in is looked at now; raise NotFound if it is not held so."""
    held = _held(case, follow_up)
    state = FollowUpState.IN_PROGRESS if held.opened_at else FollowUpState.SCHEDULED
    free = replace(held, state=state, reason="", next_at=now)
    return SaveFollowUp(free), CloseTask(f"held:{held.id}", now, by)


def set_aside(case: Case, follow_up: str, by: str, now: datetime) -> Sequence[Change]:
    """Return the changes that end the check-in; raise NotFound if it is not held so."""
    held = _held(case, follow_up)
    ended = replace(held, state=FollowUpState.CANCELLED, reason="set-aside", next_at=None)
    return SaveFollowUp(ended), CloseTask(f"held:{held.id}", now, by)


def _held(case: Case, follow_up: str) -> FollowUp:
    for one in case.follow_ups:
        if one.id == follow_up and one.state is FollowUpState.HELD and one.reason == FAULT:
            return one
    raise NotFound("no such check-in is held by a fault")
