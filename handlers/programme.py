"""What staff do with a running programme: stop everything, pause, send or leave out a single check-in."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers import withdrawing
from handlers.core.care_plan import MOVABLE
from handlers.core.case import FollowUp, FollowUpState, Stage
from handlers.core.changes import FINISHED, Audit, CancelQueued, CloseTask
from handlers.core.course import (
    GIVEN_UP,
    PAUSED,
    STOPPED,
    WhySkipped,
    held_back,
    is_stopped,
    sent_now,
    skipped,
)
from handlers.core.frozen import replace
from handlers.core.protocol import UNFINISHED
from handlers.core.values import FollowUpId
from handlers.decision import Decision
from handlers.errors import NotFound, ProgrammeStopped
from handlers.treatment import late_key

_PAUSABLE: Final = frozenset({FollowUpState.SCHEDULED, FollowUpState.IN_PROGRESS})


class WhyStopped(StrEnum):
    """Why nobody is written to any more."""

    DIED = "died"
    LEFT = "left"
    WRONG_PERSON = "wrong-person"


def stop(decision: Decision, why: WhyStopped, by: str) -> None:
    """Stop everything: what is queued and what is planned, in the transaction that notes it."""
    reason = f"{STOPPED}{why}"
    decision.add(CancelQueued(None, reason, at=decision.now))
    for one in decision.case.follow_ups:
        if one.state not in FINISHED:
            cancelled = replace(one, state=FollowUpState.CANCELLED, reason=reason, next_at=None)
            decision.follow_up(cancelled)
            decision.add(CloseTask(late_key(one.id), decision.now, by))
    withdrawing.stop_asking(decision)
    decision.patient(stage=Stage.CLOSED)
    decision.add(Audit(by, f"programme.stop.{why}", decision.case.patient.id, decision.now))


def start_again(decision: Decision, by: str) -> None:
    """Plan anew what was stopped and whose window is still open; raise NotFound if nothing is stopped."""
    case = decision.case
    if not is_stopped(case.patient):
        raise NotFound("nothing is stopped")
    decision.patient(stage=Stage.TREATMENT if case.anchors else Stage.INTAKE)
    for one in case.follow_ups:
        if one.reason.startswith(STOPPED) and one.window_end > decision.now:
            planned = replace(one, state=FollowUpState.SCHEDULED, reason="", nudges=0, response=None)
            planned = replace(planned, opened_at=None, next_at=one.due_at)
            decision.follow_up(held_back(planned, case.patient.paused_until))
    decision.add(Audit(by, "programme.start-again", case.patient.id, decision.now))


def pause(decision: Decision, until: datetime, by: str) -> None:
    """Write about no check-in until then; one whose window is over by then is missed, which a person sees.

    What is planned later waits for the same day. A pause that is entered again takes the place of this one.
    """
    decision.patient(paused_until=until)
    for one in decision.case.follow_ups:
        if one.step == UNFINISHED:
            continue
        if one.state is FollowUpState.HELD and one.reason == PAUSED:
            planned = replace(one, state=FollowUpState.SCHEDULED, reason="", next_at=one.due_at)
            decision.follow_up(held_back(planned, until))
        elif one.state in _PAUSABLE and _is_before(one, until):
            decision.add(CancelQueued(None, PAUSED, follow_up=FollowUpId(one.id), at=decision.now))
            at = min(until, one.window_end)
            decision.follow_up(replace(one, state=FollowUpState.HELD, reason=PAUSED, next_at=at))
    decision.add(Audit(by, "programme.pause", decision.case.patient.id, decision.now))


def _is_before(one: FollowUp, until: datetime) -> bool:
    return one.next_at is not None and one.next_at < until


def send(decision: Decision, follow_up: str, by: str) -> None:
    """Open one check-in now, before or after its day.

    Raise NotFound if it has begun or is finished, ProgrammeStopped if everything is stopped.
    """
    if is_stopped(decision.case.patient):
        raise ProgrammeStopped("start again first")
    one = _waiting(decision, follow_up)
    decision.follow_up(sent_now(one, decision.now))
    _note(decision, one, "step.send", by)


def skip(decision: Decision, follow_up: str, why: WhySkipped, by: str) -> None:
    """Leave one check-in out, with the reason; raise NotFound if it has begun or is finished."""
    one = _waiting(decision, follow_up)
    decision.follow_up(skipped(one, why))
    _note(decision, one, "step.skip", by)


def _waiting(decision: Decision, follow_up: str) -> FollowUp:
    """Return a check-in of the care plan of which nothing has been asked."""
    found = next((one for one in decision.case.follow_ups if one.id == follow_up), None)
    may_wait = MOVABLE | GIVEN_UP
    if found is None or found.step == UNFINISHED or found.state not in may_wait or found.response:
        raise NotFound("no such check-in that waits")
    return found


def _note(decision: Decision, one: FollowUp, action: str, by: str) -> None:
    for key in (late_key(one.id), f"missed:{one.id}"):
        decision.add(CloseTask(key, decision.now, by))
    decision.add(Audit(by, action, one.id, decision.now))
