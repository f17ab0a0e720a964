"""Ten taps of a trembling finger are one."""

from datetime import timedelta
from typing import Final

from handlers.core.events import Chose, Event
from handlers.decision import Decision

SAME_TAP: Final = timedelta(seconds=2)


def is_taken_already(decision: Decision, event: Event) -> bool:
    """Acknowledge and remember a tap; say whether it is the last one once more. Anything else is new."""
    if not isinstance(event.what, Chose):
        return False
    decision.ack = event.what.ack
    repeated = _is_repeat(decision, event.what.data, event)
    decision.talk(last_tap=event.what.data, last_tap_at=event.at.isoformat())
    return repeated


def _is_repeat(decision: Decision, data: str, event: Event) -> bool:
    before = decision.dialogue.last_tap_at
    if decision.dialogue.last_tap != data or not before:
        return False
    return abs(event.at - event.at.fromisoformat(before)) <= SAME_TAP
