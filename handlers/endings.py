"""How a check-in ends, or waits, without an answer: held, missed, lost, broken. A person sees each."""

from datetime import timedelta
from typing import Final

from handlers.approval import is_approved
from handlers.core.case import FollowUp, FollowUpState, ResponseStatus
from handlers.core.changes import CloseResponse
from handlers.core.course import held_back
from handlers.core.frozen import replace
from handlers.decision import Decision
from handlers.stuck import FAULT

LOOK_AGAIN: Final = timedelta(minutes=30)
UNSIGNED: Final = "unsigned"
"""Why a check-in is held whose texts no doctor has signed: it is looked at again, they may sign."""


def hold(decision: Decision, follow_up: FollowUp, reason: str, fence: int) -> None:
    """Hold a check-in for a person."""
    again = decision.now + LOOK_AGAIN if reason == UNSIGNED else follow_up.window_end
    held = replace(
        follow_up, state=FollowUpState.HELD, reason=reason, next_at=min(again, follow_up.window_end)
    )
    decision.follow_up(held, fence)
    decision.task("held", key=f"held:{follow_up.id}", note=reason)


def look_again(decision: Decision) -> None:
    """Plan again what is held unsigned, where the language that is spoken now is signed."""
    for one in decision.case.follow_ups:
        is_so = one.state is FollowUpState.HELD and one.reason == UNSIGNED
        if is_so and is_approved(decision.case, decision.world):
            at = max(one.due_at, decision.now)
            again = replace(one, state=FollowUpState.SCHEDULED, reason="", next_at=at)
            decision.follow_up(held_back(again, decision.case.patient.paused_until))


def miss(decision: Decision, follow_up: FollowUp, fence: int | None) -> None:
    """Give a check-in up whose time is over."""
    decision.follow_up(replace(follow_up, state=FollowUpState.MISSED, next_at=None), fence)
    decision.task("missed", key=f"missed:{follow_up.id}", note=follow_up.step)
    stop_response(decision, follow_up)


def stop_response(decision: Decision, follow_up: FollowUp) -> None:
    """Stop what was begun of a check-in that has ended."""
    response = decision.case.response(follow_up.response)
    if response is not None and response.status is ResponseStatus.IN_PROGRESS:
        decision.add(CloseResponse(response.id, ResponseStatus.STOPPED, decision.now))
        decision.put_response(replace(response, status=ResponseStatus.STOPPED))


def unknown(decision: Decision, follow_up: FollowUp) -> None:
    """Show a person an opening that may or may not have arrived."""
    decision.follow_up(replace(follow_up, state=FollowUpState.UNKNOWN, next_at=follow_up.window_end))
    decision.task("unknown-send", key=f"unknown:{follow_up.id}", note=follow_up.step)


def broken(decision: Decision, follow_up: FollowUp, fence: int) -> None:
    """Our own fault kept a check-in from being opened: it is held, and a person looks."""
    hold(decision, follow_up, FAULT, fence)
