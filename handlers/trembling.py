"""Ten taps of a trembling finger are one."""

from datetime import timedelta
from typing import Final

from handlers.core.events import Chose, Event
from handlers.decision import Decision

SAME_TAP: Final = timedelta(seconds=2)


def is_repeat(decision: Decision, event: Event) -> bool:
    """Say whether this is the last tap once more; anything but a tap is new."""
    before = decision.dialogue.last_tap_at
    if not isinstance(event.what, Chose) or decision.dialogue.last_tap != event.what.data or not before:
        return False
    return abs(event.at - event.at.fromisoformat(before)) <= SAME_TAP


def remember(decision: Decision, event: Event) -> None:
    """Acknowledge a tap and keep it as the last one: when it has been decided about, not before."""
    if isinstance(event.what, Chose):
        decision.ack = event.what.ack
        decision.talk(last_tap=event.what.data, last_tap_at=event.at.isoformat())
