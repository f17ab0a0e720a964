"""A planned check-in: it falls due, it is opened, remembered, answered or given up."""

from datetime import datetime, timedelta
from typing import Any

from handlers import busy, notices, places
from handlers.approval import is_approved
from handlers.core.buttons import follow_up_data
from handlers.core.care_plan import MOVABLE, offset_from
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
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.protocol import UNFINISHED, Busy, RungAction, Step, StepKind
from handlers.core.templates import CHECK_IN
from handlers.core.values import FollowUpId, OutboxId, Purpose
from handlers.decision import Decision
from handlers.stuck import FAULT
from handlers.templates import filled

LOOK_AGAIN = timedelta(minutes=30)
OPENING = "opening"
UNSIGNED = "unsigned"
"""Why a check-in is held whose texts no doctor has signed: it is looked at again, they may sign."""


def due(decision: Decision, follow_up: FollowUp, fence: int) -> None:
    """Do what a follow-up needs at this moment: open it, remind, give it to a person, or wait."""
    places.turn_away(decision, follow_up)
    step = decision.world.protocol.step(follow_up.step)
    if decision.now >= follow_up.window_end:
        _miss(decision, follow_up, fence)
    elif follow_up.state is FollowUpState.UNKNOWN:
        decision.follow_up(replace(follow_up, next_at=follow_up.window_end), fence)
    elif (reason := _obstacle(decision)) is not None:
        _hold(decision, follow_up, reason, fence)
    elif follow_up.state is FollowUpState.IN_PROGRESS:
        _climb(decision, follow_up, step, fence)
    elif (later := _not_now(decision, follow_up, step)) is not None:
        decision.follow_up(replace(follow_up, next_at=min(later, follow_up.window_end)), fence)
    elif step.busy is Busy.SKIP and follow_up.response is None and busy.is_busy(decision, step):
        skipped = FollowUpState.CANCELLED
        decision.follow_up(replace(follow_up, state=skipped, reason="busy", next_at=None), fence)
    elif follow_up.response is None and _is_overtaken(decision, follow_up, step):
        _miss(decision, follow_up, fence)
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
    decision.tell("talk.check_in_done")
    interrupted = busy.interrupted(decision)
    if interrupted is not None:
        show(decision, interrupted)


def later(decision: Decision, follow_up: FollowUp, until: datetime) -> None:
    """Put the next reminder off until then: the patient asked for later."""
    moment = next_allowed(until, follow_up.zone)
    decision.follow_up(replace(follow_up, next_at=min(moment, follow_up.window_end)))


def begun(decision: Decision, follow_up: FollowUp, response: Response) -> None:
    """Note that the patient has started: an opening that we held for lost has arrived, after all."""
    started = replace(follow_up, response=response.id)
    if follow_up.state is FollowUpState.UNKNOWN:
        started = _to_come(decision, replace(started, state=FollowUpState.IN_PROGRESS))
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
    decision.say(Say((Phrase("talk.check_in_due"),), choices=_buttons(follow_up)))


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
    return None if is_approved(case, decision.world) else UNSIGNED


def _not_now(decision: Decision, follow_up: FollowUp, step: Step) -> datetime | None:
    allowed = decision.now if step.ignore_quiet_hours else next_allowed(decision.now, follow_up.zone)
    if allowed > decision.now:
        return allowed
    if step.busy is Busy.WAIT and busy.is_busy(decision, step):
        return decision.now + LOOK_AGAIN
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
            next_at=_rung_at(decision.now, follow_up, step, follow_up.nudges),
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
    _invite(decision, follow_up, words, key, opening=True, id=outbox)


def _overtake(decision: Decision, follow_up: FollowUp) -> None:
    """End older safety checks that nobody answered: two are never open at once, and a person sees it."""
    for older in busy.open_safety(decision):
        if older.id != follow_up.id and older.due_at < follow_up.due_at:
            decision.add(CancelQueued(None, "overtaken", follow_up=FollowUpId(older.id)))
            _miss(decision, older, None)


def _climb(decision: Decision, follow_up: FollowUp, step: Step, fence: int) -> None:
    if follow_up.nudges >= len(step.ladder):
        decision.follow_up(replace(follow_up, next_at=follow_up.window_end), fence)
        return
    rung = step.ladder[follow_up.nudges]
    quiet = None if step.ignore_quiet_hours else next_allowed(decision.now, follow_up.zone)
    if rung.action is RungAction.REMIND and quiet is not None and quiet > decision.now:
        decision.follow_up(replace(follow_up, next_at=min(quiet, follow_up.window_end)), fence)
        return
    if rung.action is RungAction.GIVE_UP:
        _miss(decision, follow_up, fence)
        return
    number = follow_up.nudges + 1
    opened = follow_up.opened_at or follow_up.due_at
    speaks = rung.action is RungAction.REMIND and not _comes_too_late(decision, follow_up, step)
    decision.follow_up(
        replace(follow_up, nudges=number, next_at=_rung_at(opened, follow_up, step, number)), fence
    )
    if speaks:
        key = f"follow-up:{follow_up.id}:nudge:{number}:{follow_up.outbox}"
        _invite(decision, follow_up, "talk.check_in_reminder", key)
    elif rung.action is RungAction.TASK:
        decision.task("silent", key=f"silent:{follow_up.id}", note=follow_up.step)


def _comes_too_late(decision: Decision, follow_up: FollowUp, step: Step) -> bool:
    """Say whether a later rung has come too that speaks or ends: after a stop, one reminder is enough."""
    opened = follow_up.opened_at or follow_up.due_at
    return any(
        step.ladder[number].action is not RungAction.TASK
        and _rung_at(opened, follow_up, step, number) <= decision.now
        for number in range(follow_up.nudges + 1, len(step.ladder))
    )


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


def _rung_at(opened: datetime, follow_up: FollowUp, step: Step, number: int) -> datetime:
    if number >= len(step.ladder):
        return follow_up.window_end
    after, quiet = step.ladder[number].after, step.ignore_quiet_hours
    return min(offset_from(opened, after, follow_up.zone, ignore_quiet_hours=quiet), follow_up.window_end)


def _to_come(decision: Decision, follow_up: FollowUp) -> FollowUp:
    """Return the follow-up at the first rung of its ladder that has not passed."""
    step = decision.world.protocol.step(follow_up.step)
    opened = follow_up.opened_at or follow_up.due_at
    rungs = range(follow_up.nudges, len(step.ladder) + 1)
    times = ((number, _rung_at(opened, follow_up, step, number)) for number in rungs)
    number, at = next(((n, at) for n, at in times if at > decision.now), (rungs[-1], follow_up.window_end))
    return replace(follow_up, nudges=number, next_at=at)


def _invite(decision: Decision, follow_up: FollowUp, key: str, dedupe_key: str, **queue: Any) -> None:
    buttons = _buttons(follow_up)
    step = decision.world.protocol.step(follow_up.step)
    first = notices.words(decision, step, follow_up.anchor) if queue.get("opening") and step.text else ()
    decision.say(
        Say((*first, Phrase(key)), choices=buttons),
        quiet_zone="" if step.ignore_quiet_hours else follow_up.zone,
        dedupe_key=dedupe_key,
        expires_at=follow_up.window_end,
        follow_up=FollowUpId(follow_up.id),
        **queue,
        # The approved words for WhatsApp's closed window: no diagnosis, no treatment word.
        template=filled(decision, CHECK_IN, buttons),
    )


def _buttons(follow_up: FollowUp) -> tuple[Choice, ...]:
    return tuple(
        Choice(follow_up_data(follow_up.id, what), Phrase(f"talk.button.{what}"))
        for what in ("start", "later", "stop")
    )


def _hold(decision: Decision, follow_up: FollowUp, reason: str, fence: int) -> None:
    again = decision.now + LOOK_AGAIN if reason == UNSIGNED else follow_up.window_end
    held = replace(
        follow_up, state=FollowUpState.HELD, reason=reason, next_at=min(again, follow_up.window_end)
    )
    decision.follow_up(held, fence)
    decision.task("held", key=f"held:{follow_up.id}", note=reason)


def _miss(decision: Decision, follow_up: FollowUp, fence: int | None) -> None:
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
    _hold(decision, follow_up, FAULT, fence)
