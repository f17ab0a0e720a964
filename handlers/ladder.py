"""The ladder: what silence leads to, rung by rung, as the pack says for each step.

Reminders first; then another place of the patient's own, or their helper in words that tell nothing of
health; in the end a person. Who has neither is given to the next rung at once.
"""

from datetime import datetime
from typing import Final

from handlers import endings, places
from handlers.core.buttons import command_data
from handlers.core.care_plan import offset_from
from handlers.core.case import Contact, FollowUp
from handlers.core.contact_time import next_allowed
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.protocol import RungAction, Step
from handlers.core.templates import HELPER_ASKED, reply_key
from handlers.core.values import AnsweredBy, FollowUpId
from handlers.decision import Decision
from handlers.inviting import invite
from handlers.templates import filled
from handlers.whereabouts import clocks_for, zone_for

SPEAKING: Final = frozenset({RungAction.REMIND, RungAction.OTHER})
"""Rungs that write to somebody: they keep quiet hours."""


def climb(decision: Decision, follow_up: FollowUp, step: Step, fence: int) -> None:
    """Do what the next rung says about a check-in that nobody has answered."""
    if follow_up.nudges >= len(step.ladder):
        decision.follow_up(replace(follow_up, next_at=follow_up.window_end), fence)
        return
    rung = step.ladder[follow_up.nudges]
    if rung.action is RungAction.GIVE_UP:
        endings.miss(decision, follow_up, fence)
    elif rung.action is RungAction.OTHER and _somebody_else(decision, follow_up, step) is None:
        climb(decision, replace(follow_up, nudges=follow_up.nudges + 1), step, fence)
    elif rung.action in SPEAKING and (morning := quiet_until(decision, follow_up, step)) is not None:
        decision.follow_up(replace(follow_up, next_at=min(morning, follow_up.window_end)), fence)
    else:
        _step_up(decision, follow_up, step, fence)


def _step_up(decision: Decision, follow_up: FollowUp, step: Step, fence: int) -> None:
    action, number = step.ladder[follow_up.nudges].action, follow_up.nudges + 1
    is_late = _comes_too_late(decision, follow_up, step)
    other = _somebody_else(decision, follow_up, step) if action is RungAction.OTHER else None
    next_at = rung_at(decision, follow_up, step, number)
    decision.follow_up(replace(follow_up, nudges=number, next_at=next_at), fence)
    key = f"follow-up:{follow_up.id}:nudge:{number}:{follow_up.outbox}"
    if action is RungAction.TASK:
        decision.task("silent", key=f"silent:{follow_up.id}", note=follow_up.step)
    elif is_late:
        return
    elif other is None:
        invite(decision, follow_up, "talk.check_in_reminder", key)
    elif other.by is AnsweredBy.HELPER and decision.case.contact.by is not AnsweredBy.HELPER:
        _ask_helper(decision, follow_up, other, key)
    else:
        _ask_elsewhere(decision, follow_up, other, key)


def _somebody_else(decision: Decision, follow_up: FollowUp, step: Step) -> Contact | None:
    """Return whom this rung turns to: each of them once, so a second such rung asks the next."""
    earlier = sum(rung.action is RungAction.OTHER for rung in step.ladder[: follow_up.nudges])
    return next(iter(places.beyond(decision.case)[earlier:]), None)


def _ask_elsewhere(decision: Decision, follow_up: FollowUp, other: Contact, key: str) -> None:
    """Remind of a check-in at another place of the patient's, where it may be answered too."""
    decision.turn_to(other)
    if follow_up.response is None:
        decision.talk(menu=f"opening:{follow_up.id}")
    invite(decision, follow_up, "talk.check_in_reminder", key)


def _ask_helper(decision: Decision, follow_up: FollowUp, helper: Contact, key: str) -> None:
    """Ask a helper to look in: no word of health, no name, not what is asked."""
    decision.turn_to(helper)
    step = decision.world.protocol.step(follow_up.step)
    go_on = command_data("continue")
    decision.say(
        Say((Phrase("talk.helper_asked"),), choices=(Choice(go_on, Phrase("talk.button.continue")),)),
        quiet_zone="" if step.ignore_quiet_hours else clocks_for(decision.case, follow_up, decision.now),
        dedupe_key=key,
        expires_at=follow_up.window_end,
        follow_up=FollowUpId(follow_up.id),
        template=filled(decision, HELPER_ASKED, [Choice(go_on, Phrase(reply_key("read")))]),
    )


def quiet_until(decision: Decision, follow_up: FollowUp, step: Step) -> datetime | None:
    """Return when the quiet hours end where the patient is; None outside them, and for what ignores them."""
    allowed = next_allowed(decision.now, zone_for(decision.case, follow_up, decision.now))
    return None if step.ignore_quiet_hours or allowed <= decision.now else allowed


def rung_at(
    decision: Decision, follow_up: FollowUp, step: Step, number: int, *, opened: datetime | None = None
) -> datetime:
    """Return when a rung comes, counted from the opening: behind the last one the window's end."""
    if number >= len(step.ladder):
        return follow_up.window_end
    after, begun = step.ladder[number].after, opened or _opened(follow_up)
    zone = zone_for(decision.case, follow_up, begun)
    at = offset_from(begun, after, zone, ignore_quiet_hours=step.ignore_quiet_hours)
    return min(at, follow_up.window_end)


def to_come(decision: Decision, follow_up: FollowUp) -> FollowUp:
    """Return the follow-up at the first rung of its ladder that has not passed."""
    step = decision.world.protocol.step(follow_up.step)
    rungs = range(follow_up.nudges, len(step.ladder) + 1)
    times = ((number, rung_at(decision, follow_up, step, number)) for number in rungs)
    number, at = next(((n, at) for n, at in times if at > decision.now), (rungs[-1], follow_up.window_end))
    return replace(follow_up, nudges=number, next_at=at)


def _opened(follow_up: FollowUp) -> datetime:
    return follow_up.opened_at or follow_up.due_at


def _comes_too_late(decision: Decision, follow_up: FollowUp, step: Step) -> bool:
    """Say whether a later rung has come too that speaks or ends: after a stop, one reminder is enough."""
    return any(
        step.ladder[number].action is not RungAction.TASK
        and rung_at(decision, follow_up, step, number) <= decision.now
        for number in range(follow_up.nudges + 1, len(step.ladder))
    )
