"""Planned messages that ask nothing: what to prepare, and news of the cells while they are grown."""

from typing import Final

from handlers.core.buttons import command_data
from handlers.core.case import FollowUp, FollowUpState
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.protocol import Step
from handlers.core.showing import date_phrase
from handlers.core.templates import MESSAGE_WAITING, reply_key
from handlers.core.values import OutboxId, PartialDate
from handlers.decision import Decision
from handlers.neutral import carries_links_only, page_contact
from handlers.templates import filled
from handlers.whereabouts import clocks_for

UNTOLD: Final = "notice-untold"
"""The task for a person where there is no place to say it."""
_DAYS_OF_A_WEEK: Final = 7


def tell(decision: Decision, follow_up: FollowUp, step: Step, fence: int) -> None:
    """Queue the words of a step without questions; with that it is done.

    They expire with their window, or are refused, as a message of its own: a person sees it then.
    """
    outbox = OutboxId(decision.world.ids.new())
    done = replace(follow_up, state=FollowUpState.COMPLETED, outbox=outbox, opened_at=decision.now)
    decision.follow_up(replace(done, next_at=None), fence)
    if carries_links_only(decision.case, decision.world) and not _turn_to_page(decision):
        decision.task(UNTOLD, key=f"{UNTOLD}:{follow_up.id}", note=step.id)
        return
    read = Choice(command_data("news", step.id), Phrase(reply_key("read")))
    decision.say(
        Say(words(decision, step, follow_up.anchor)),
        id=outbox,
        dedupe_key=f"follow-up:{follow_up.id}:notice",
        quiet_zone="" if step.ignore_quiet_hours else clocks_for(decision.case, follow_up, decision.now),
        expires_at=follow_up.window_end,
        template=filled(decision, MESSAGE_WAITING, [read]),
    )


def _turn_to_page(decision: Decision) -> bool:
    """Speak on our page, where the chat carries links only; False if they have never been there."""
    page = page_contact(decision.case)
    if page is not None:
        decision.turn_to(page)
    return page is not None


def again(decision: Decision, step_id: str) -> bool:
    """Say a step's words again (behind a template's button); False if there is no such step."""
    step = next((s for s in decision.world.protocol.steps if s.id == step_id and s.text), None)
    if step is not None:
        decision.say(Say(words(decision, step)))
    return step is not None


def words(decision: Decision, step: Step, anchor: str = "") -> tuple[Phrase, ...]:
    """Return what a step says first: with the day of the procedure, and how many weeks after it.

    `anchor` is the id of the date that it counts from; without one it is the newest of its kind.
    """
    dates = [a for a in decision.case.anchors if a.kind == step.anchor and anchor in {"", a.id}]
    local = max((a.local for a in dates), default="")
    weeks = str(step.offset.days // _DAYS_OF_A_WEEK)
    return (Phrase(step.text, {"date": _day(local) if local else "", "n": weeks}),)


def _day(local: str) -> Phrase:
    year, month, day = (int(part) for part in local[:10].split("-"))
    return date_phrase(PartialDate(year, month, day))
