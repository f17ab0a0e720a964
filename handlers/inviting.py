"""The message that opens a check-in or reminds of it, and the buttons under it."""

from typing import Any

from handlers import notices
from handlers.core.buttons import follow_up_data
from handlers.core.case import FollowUp
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.templates import CHECK_IN
from handlers.core.values import FollowUpId
from handlers.decision import Decision
from handlers.templates import filled
from handlers.whereabouts import clocks_for


def invite(decision: Decision, follow_up: FollowUp, key: str, dedupe_key: str, **queue: Any) -> None:
    """Queue the invitation to answer, in the words of `key`; an opening says the step's own text first."""
    choices = buttons(follow_up)
    step = decision.world.protocol.step(follow_up.step)
    first = notices.words(decision, step, follow_up.anchor) if queue.get("opening") and step.text else ()
    decision.say(
        Say((*first, Phrase(key)), choices=choices),
        quiet_zone="" if step.ignore_quiet_hours else clocks_for(decision.case, follow_up, decision.now),
        dedupe_key=dedupe_key,
        expires_at=follow_up.window_end,
        follow_up=FollowUpId(follow_up.id),
        **queue,
        # The approved words for WhatsApp's closed window: no diagnosis, no treatment word.
        template=filled(decision, CHECK_IN, choices),
    )


def buttons(follow_up: FollowUp) -> tuple[Choice, ...]:
    """Return the buttons under an opening: start it, put it off, no more messages."""
    return tuple(
        Choice(follow_up_data(follow_up.id, what), Phrase(f"talk.button.{what}"))
        for what in ("start", "later", "stop")
    )
