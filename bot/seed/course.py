"""What came after a treatment date: planned check-ins, those answered, those missed, those still open."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.seed.answering import Writer
from bot.seed.dice import Dice
from handlers.core.care_plan import plan_steps
from handlers.core.case import Anchor, Case, FollowUp, FollowUpState, Response, ResponseStatus
from handlers.core.changes import Change, CloseResponse, PlanFollowUps, SetAnchor, StartResponse
from handlers.core.frozen import replace
from handlers.core.protocol import Protocol, Step, StepKind
from handlers.core.values import FollowUpId, ResponseId

ZONE: Final = "Asia/Tokyo"
_KINDS: Final = frozenset({StepKind.CHECK_IN, StepKind.LATE_CHECK})
_PAST: Final = {
    FollowUpState.COMPLETED: 74,
    FollowUpState.MISSED: 21,
    FollowUpState.UNKNOWN: 3,
    FollowUpState.CANCELLED: 2,
}


class _Ids:
    def __init__(self, dice: Dice) -> None:
        self._dice = dice

    def new(self) -> str:
        return self._dice.id()


def check_ins(
    dice: Dice, protocol: Protocol, case: Case, writer: Writer, treated_at: datetime, now: datetime
) -> tuple[list[Change], int]:
    """Return the treatment date, its check-ins as they stand now, and how many answers they brought."""
    local = treated_at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT09:30")
    anchor = Anchor(dice.id(), case.patient.id, "infusion", local, ZONE, "msc_iv")
    steps = {s.id: s for s in protocol.steps if s.kind in _KINDS and s.enabled and s.anchor == anchor.kind}
    planned = plan_steps(
        steps.values(), anchor, at=case.patient.at_time, ids=_Ids(dice), zone=case.patient.zone
    )
    changes: list[Change] = [SetAnchor(anchor, treated_at - timedelta(days=14), "seed")]
    known, number = [], 0
    for one in planned:
        if one.due_at >= now:
            known.append(one)
            continue
        opened = _opened(dice, one, now)
        begun, ended = _answered(protocol, steps[one.step], opened, writer)
        if begun is not None:
            opened = replace(opened, response=begun.id)
            closed = CloseResponse(begun.id, ResponseStatus.COMPLETED, ended)
            changes += [StartResponse(begun), closed]
            number += len(begun.answers)
        known.append(opened)
    return [*changes, PlanFollowUps(tuple(known))], number


def _opened(dice: Dice, one: FollowUp, now: datetime) -> FollowUp:
    """Return a check-in that was opened when it was due, as it stands by now."""
    if one.window_end > now and dice.happens(0.5):
        next_at = now + timedelta(hours=dice.randint(2, 40))
        return replace(one, state=FollowUpState.IN_PROGRESS, opened_at=one.due_at, next_at=next_at)
    [state] = dice.choices(list(_PAST), list(_PAST.values()))
    opened_at = None if state is FollowUpState.CANCELLED else one.due_at
    reason = "stopped" if state is FollowUpState.CANCELLED else ""
    return replace(one, state=state, opened_at=opened_at, next_at=None, reason=reason)


def _answered(
    protocol: Protocol, step: Step, one: FollowUp, writer: Writer
) -> tuple[Response | None, datetime]:
    """Return what a check-in that was answered brought, and when it was sent; None for the others."""
    if one.state is not FollowUpState.COMPLETED or step.questionnaire not in protocol.questionnaires:
        return None, one.due_at
    form = protocol.questionnaires[step.questionnaire]
    begun = one.due_at + timedelta(hours=writer.dice.randint(1, 90))
    answers, ended = writer.answers(form, begun)
    status, follow_up = ResponseStatus.IN_PROGRESS, FollowUpId(one.id)
    named = (ResponseId(writer.dice.id()), form.url, form.version, status, begun)
    return Response(*named, follow_up=follow_up, answers=answers), ended
