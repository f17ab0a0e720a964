"""An intake that lies unfinished: gentle reminders by the pack's ladder, and in the end a person.

The ladder is a planned contact like a check-in. It counts from the patient's last word, but an answer
does not move it: only when its time has come is it asked when they last said something. So an answer
costs nothing here. Whoever has told no best hour is reminded at the hour of their last word.

Who has not agreed to reminders is written nothing; the person is called at the same time all the same.
"""

from datetime import datetime, timedelta

from handlers import parts
from handlers.core.buttons import command_data
from handlers.core.care_plan import local_to_utc, offset_from
from handlers.core.case import ANY_HOUR, FollowUp, FollowUpState, Reach, Stage
from handlers.core.changes import CloseTask, PlanFollowUps
from handlers.core.contact_time import at_place, next_allowed
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.protocol import UNFINISHED, Rung, RungAction
from handlers.core.templates import INTAKE_REMINDER
from handlers.core.values import FollowUpId, Purpose
from handlers.decision import Decision
from handlers.templates import filled
from handlers.whereabouts import zone_now

TASK = "intake-unfinished"
_AFTERWARDS = timedelta(days=1)
_GOING_ON = frozenset({Stage.INTAKE, Stage.SUBMITTED})


def keep(decision: Decision) -> None:
    """After a word of the patient: begin the ladder, begin it anew, or end it where nothing is left to do."""
    if not decision.world.protocol.unfinished:
        return
    ladder = _ladder(decision)
    if ladder is None:
        if _is_open(decision):
            decision.add(PlanFollowUps((_from(decision, _new(decision), decision.now),)), _heard(decision))
    elif not _is_open(decision):
        _end(decision, ladder)
    elif ladder.nudges and _may_be_reminded(decision):
        decision.follow_up(_from(decision, ladder, decision.now))
        decision.add(_heard(decision))


def due(decision: Decision, ladder: FollowUp, fence: int) -> None:
    """Do what the ladder needs at this moment: remind, call a person, wait, or end."""
    said_at = _last_word(decision)
    if not _is_open(decision):
        _end(decision, ladder, fence)
    elif said_at is not None and (ladder.opened_at is None or said_at > ladder.opened_at):
        decision.follow_up(_from(decision, ladder, said_at), fence)
    elif ladder.nudges >= len(decision.world.protocol.unfinished) or decision.now >= ladder.window_end:
        _to_a_person(decision, ladder, fence)
    elif not _may_be_reminded(decision):
        decision.follow_up(_from(decision, ladder, ladder.opened_at or ladder.due_at), fence)
    else:
        _climb(decision, ladder, fence)


def _climb(decision: Decision, ladder: FollowUp, fence: int) -> None:
    rungs = decision.world.protocol.unfinished
    rung, number = rungs[ladder.nudges], ladder.nudges + 1
    quiet = next_allowed(decision.now, ladder.zone)
    if rung.action is RungAction.TASK:
        decision.task(TASK)
    elif rung.action is RungAction.REMIND and quiet > decision.now:
        decision.follow_up(replace(ladder, next_at=quiet, due_at=quiet), fence)
        return
    elif rung.action is RungAction.REMIND and not _comes_too_late(decision, ladder):
        _remind(decision, ladder, number)
    if number >= len(rungs):
        decision.follow_up(replace(ladder, nudges=number, state=FollowUpState.MISSED, next_at=None), fence)
        return
    at = _time(decision, rungs[number], ladder.opened_at or ladder.due_at)
    decision.follow_up(replace(ladder, nudges=number, next_at=at, due_at=at), fence)


def _comes_too_late(decision: Decision, ladder: FollowUp) -> bool:
    """Say whether the next rung has come as well: after a stop of ours one reminder is enough."""
    rungs, opened = decision.world.protocol.unfinished, ladder.opened_at or ladder.due_at
    following = rungs[ladder.nudges + 1 :]
    return bool(following) and _time(decision, following[0], opened) <= decision.now


def _remind(decision: Decision, ladder: FollowUp, number: int) -> None:
    if decision.case.contact.reach is not Reach.ACTIVE:
        return
    choices = tuple(
        Choice(command_data(command), Phrase(f"talk.button.{label}"))
        for command, label in (("continue", "intake"), ("later", "later"), ("stop", "stop"))
    )
    opened = ladder.opened_at or ladder.due_at
    decision.say(
        Say((Phrase("talk.part.reminder"),), choices=choices),
        quiet_zone=ladder.zone,
        dedupe_key=f"unfinished:{ladder.id}:{opened.isoformat()}:{number}",
        expires_at=decision.now + _AFTERWARDS,
        follow_up=ladder.id,
        template=filled(decision, INTAKE_REMINDER, choices),
    )


def _to_a_person(decision: Decision, ladder: FollowUp, fence: int) -> None:
    decision.task(TASK)
    decision.follow_up(replace(ladder, state=FollowUpState.MISSED, next_at=None), fence)


def _end(decision: Decision, ladder: FollowUp, fence: int | None = None) -> None:
    """Let the ladder rest: the intake is finished, or nothing may be kept of it any more."""
    is_done = decision.case.patient.stage in _GOING_ON and not parts.is_under_way(decision)
    state = FollowUpState.COMPLETED if is_done else FollowUpState.CANCELLED
    decision.follow_up(replace(ladder, state=state, next_at=None), fence)
    decision.add(_heard(decision))


def _heard(decision: Decision) -> CloseTask:
    return CloseTask(f"{TASK}:{decision.case.patient.id}", decision.now, "patient")


def _may_be_reminded(decision: Decision) -> bool:
    return Purpose.MESSAGES in decision.case.patient.purposes


def _is_open(decision: Decision) -> bool:
    """Say whether an intake lies open of somebody who has agreed that it is kept: a hello alone is none."""
    patient = decision.case.patient
    return bool(patient.purposes) and patient.stage in _GOING_ON and parts.is_under_way(decision)


def _ladder(decision: Decision) -> FollowUp | None:
    return next((f for f in decision.case.follow_ups if f.step == UNFINISHED), None)


def _new(decision: Decision) -> FollowUp:
    case, now = decision.case, decision.now
    zone = zone_now(case, now)
    ident = FollowUpId(decision.world.ids.new())
    # Every ladder has an anchor of its own: one that has ended does not stand in the way of the next.
    return FollowUp(ident, case.patient.id, UNFINISHED, ident, "", zone, now, now, now)


def _from(decision: Decision, ladder: FollowUp, said_at: datetime) -> FollowUp:
    """Return the ladder at its first rung, counted from the patient's last word.

    Without permission to remind it stands behind the last one: what is left to do is to call a person.
    """
    rungs, zone = decision.world.protocol.unfinished, zone_now(decision.case, decision.now)
    is_quiet = not _may_be_reminded(decision)
    at = _time(decision, rungs[-1 if is_quiet else 0], said_at)
    wall = at_place(at, zone)
    return replace(
        ladder,
        state=FollowUpState.SCHEDULED,
        reason="",
        nudges=len(rungs) if is_quiet else 0,
        opened_at=said_at,
        next_at=at,
        due_at=at,
        window_start=said_at,
        window_end=_time(decision, rungs[-1], said_at) + _AFTERWARDS,
        zone=zone,
        local=f"{wall.date().format_iso()}T{wall.hour:02d}:{wall.minute:02d}",
    )


def _time(decision: Decision, rung: Rung, said_at: datetime) -> datetime:
    """Return when a rung comes: so long after the last word, at a good hour and outside quiet hours."""
    patient, after = decision.case.patient, rung.after
    zone = zone_now(decision.case, decision.now)
    later = offset_from(said_at, after, zone)
    if patient.at_time == ANY_HOUR or not (after.days or after.months):
        return later
    day = at_place(later, zone).date().format_iso()
    return next_allowed(local_to_utc(f"{day}T{patient.at_time}", zone), zone)


def _last_word(decision: Decision) -> datetime | None:
    contacts = (decision.case.contact, *decision.case.others)
    return max((c.last_heard_at for c in contacts if c.last_heard_at is not None), default=None)
