"""A planned check-in: it falls due, it is opened, remembered, answered or given up."""

from datetime import datetime

from handlers import busy, endings, ladder, notices, places, travelling
from handlers.approval import is_approved
from handlers.core.care_plan import MOVABLE
from handlers.core.case import (
    Case,
    Dialogue,
    FollowUp,
    FollowUpState,
    Reach,
    Response,
    ResponseStatus,
    Stage,
)
from handlers.core.changes import FINISHED, CancelQueued, CloseResponse, CloseTask
from handlers.core.contact_time import next_allowed
from handlers.core.frozen import replace
from handlers.core.messages import Phrase, Say
from handlers.core.protocol import UNFINISHED, Busy, Step, StepKind
from handlers.core.values import FollowUpId, OutboxId, Purpose
from handlers.decision import Decision
from handlers.inviting import buttons, invite
from handlers.whereabouts import zone_for

OPENING = "opening"


def due(decision: Decision, follow_up: FollowUp, fence: int) -> None:
    """Do what a follow-up needs at this moment: open it, remind, give it to a person, or wait."""
    places.turn_away(decision, follow_up)
    step = decision.world.protocol.step(follow_up.step)
    if decision.now >= follow_up.window_end:
        endings.miss(decision, follow_up, fence)
    elif follow_up.state is FollowUpState.UNKNOWN:
        decision.follow_up(replace(follow_up, next_at=follow_up.window_end), fence)
    elif (reason := _obstacle(decision)) is not None:
        endings.hold(decision, follow_up, reason, fence)
    elif follow_up.state is FollowUpState.IN_PROGRESS:
        ladder.climb(decision, follow_up, step, fence)
    elif (later := _not_now(decision, follow_up, step)) is not None:
        decision.follow_up(replace(follow_up, next_at=min(later, follow_up.window_end)), fence)
    elif step.busy is Busy.SKIP and follow_up.response is None and busy.is_busy(decision, step):
        skipped = FollowUpState.CANCELLED
        decision.follow_up(replace(follow_up, state=skipped, reason="busy", next_at=None), fence)
    elif follow_up.response is None and _is_overtaken(decision, follow_up, step):
        endings.miss(decision, follow_up, fence)
    else:
        _open(decision, follow_up, step, fence)


def is_due(follow_up: FollowUp, now: datetime) -> bool:
    """Say whether a follow-up still asks to be looked at."""
    return follow_up.next_at is not None and follow_up.next_at <= now


def is_unanswered(follow_up: FollowUp, outbox: OutboxId) -> bool:
    """Say whether a check-in waits for the answer to just this opening."""
    waits = follow_up.state is FollowUpState.IN_PROGRESS and follow_up.response is None
    return waits and follow_up.outbox == outbox


def complete(decision: Decision, response: Response) -> None:
    """Close an answered check-in."""
    decision.add(CloseResponse(response.id, ResponseStatus.COMPLETED, decision.now))
    decision.put_response(replace(response, status=ResponseStatus.COMPLETED))
    decision.set_dialogue(
        Dialogue(last_tap=decision.dialogue.last_tap, last_tap_at=decision.dialogue.last_tap_at)
    )
    follow_up = of_response(decision.case, response)
    if follow_up is not None:
        decision.follow_up(replace(follow_up, state=FollowUpState.COMPLETED, next_at=None))
        decision.add(CloseTask(f"silent:{follow_up.id}", decision.now, "patient"))
        decision.add(CancelQueued(None, "answered", follow_up=FollowUpId(follow_up.id), at=decision.now))
    decision.tell("talk.check_in_done")
    interrupted = busy.interrupted(decision)
    if interrupted is not None:
        show(decision, interrupted)
    elif follow_up is not None:
        travelling.ask_where_now(decision, follow_up)


def later(decision: Decision, follow_up: FollowUp, until: datetime) -> None:
    """Put the next reminder off until then: the patient asked for later."""
    moment = next_allowed(until, zone_for(decision.case, follow_up, until))
    decision.follow_up(replace(follow_up, next_at=min(moment, follow_up.window_end)))


def begun(decision: Decision, follow_up: FollowUp, response: Response) -> None:
    """Note that the patient has started: an opening that we held for lost has arrived, after all."""
    started = replace(follow_up, response=response.id)
    if follow_up.state is FollowUpState.UNKNOWN:
        started = ladder.to_come(decision, replace(started, state=FollowUpState.IN_PROGRESS))
        decision.add(CloseTask(f"unknown:{follow_up.id}", decision.now, "patient"))
    if started != follow_up:
        decision.follow_up(started)


def of_response(case: Case, response: Response) -> FollowUp | None:
    """Return the follow-up that a response belongs to, if it is still loaded."""
    return next((f for f in case.follow_ups if f.id == response.follow_up), None)


def waiting(case: Case) -> FollowUp | None:
    """Return the check-in that has been opened and that nobody has started."""
    opened = {FollowUpState.IN_PROGRESS, FollowUpState.UNKNOWN}
    waits = (f for f in case.follow_ups if f.state in opened and f.response is None and f.step != UNFINISHED)
    return max(waits, key=lambda follow_up: follow_up.due_at, default=None)


def show(decision: Decision, follow_up: FollowUp) -> None:
    """Offer an opened check-in here: they have come in at another place than it was sent to."""
    decision.talk(menu=f"{OPENING}:{follow_up.id}")
    decision.say(Say((Phrase("talk.check_in_due"),), choices=buttons(follow_up)))


def by_id(case: Case, follow_up: str) -> FollowUp | None:
    """Return an unfinished follow-up of this case by its id."""
    return next((f for f in case.follow_ups if f.id == follow_up and f.state not in FINISHED), None)


def _obstacle(decision: Decision) -> str | None:
    case = decision.case
    if Purpose.MESSAGES not in case.patient.purposes:
        return "no-consent"
    if case.patient.stage in {Stage.CLOSED, Stage.REFUSED}:
        return "closed"
    if case.contact.reach is not Reach.ACTIVE:
        return "unreachable"
    return None if is_approved(case, decision.world) else endings.UNSIGNED


def _not_now(decision: Decision, follow_up: FollowUp, step: Step) -> datetime | None:
    if (morning := ladder.quiet_until(decision, follow_up, step)) is not None:
        return morning
    if step.busy is Busy.WAIT and busy.is_busy(decision, step):
        return decision.now + endings.LOOK_AGAIN
    return None


def _open(decision: Decision, follow_up: FollowUp, step: Step, fence: int) -> None:
    if not step.questionnaire:
        notices.tell(decision, follow_up, step, fence)
        return
    if step.kind is StepKind.SAFETY_CHECK:
        _overtake(decision, follow_up)
    outbox = OutboxId(decision.world.ids.new())
    decision.follow_up(
        replace(
            follow_up,
            state=FollowUpState.IN_PROGRESS,
            next_at=ladder.rung_at(decision, follow_up, step, follow_up.nudges, opened=decision.now),
            opened_at=decision.now,
            outbox=outbox,
        ),
        fence,
    )
    if follow_up.response is None:
        decision.talk(menu=f"{OPENING}:{follow_up.id}")
    # Opened before and stopped in between: the new opening is known by the one that it follows.
    key = f"follow-up:{follow_up.id}:opening" + (f":{follow_up.outbox}" if follow_up.outbox else "")
    words = "talk.check_in_reminder" if follow_up.response else "talk.check_in_due"
    invite(decision, follow_up, words, key, opening=True, id=outbox)


def _overtake(decision: Decision, follow_up: FollowUp) -> None:
    """End older safety checks that nobody answered: two are never open at once, and a person sees it."""
    for older in busy.open_safety(decision):
        if older.id != follow_up.id and older.due_at < follow_up.due_at:
            decision.add(CancelQueued(None, "overtaken", follow_up=FollowUpId(older.id), at=decision.now))
            endings.miss(decision, older, None)


def _is_overtaken(decision: Decision, follow_up: FollowUp, step: Step) -> bool:
    """Say whether a later check-in of this kind is due as well: after a stop, only the newest is opened."""
    kinds = {each.id: each.kind for each in decision.world.protocol.steps}
    return any(
        other.anchor == follow_up.anchor
        and other.state in MOVABLE
        and follow_up.due_at < other.due_at <= decision.now < other.window_end
        and kinds.get(other.step) is step.kind
        for other in decision.case.follow_ups
    )
