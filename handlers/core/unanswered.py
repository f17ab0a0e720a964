"""Silence as silence: how many messages nobody has answered, and since when (pure).

Silence is never read as "well": staff see it beside the patient's name until somebody writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.core.case import FollowUp, FollowUpState
from handlers.core.protocol import Protocol, RungAction

_UNANSWERED: Final = frozenset({FollowUpState.IN_PROGRESS, FollowUpState.MISSED})


@dataclass(frozen=True, slots=True)
class Silence:
    """So many messages to the patient since the first one that nobody answered."""

    messages: int
    since: datetime


def silence_of(
    protocol: Protocol, follow_ups: Iterable[FollowUp], heard_at: datetime | None
) -> Silence | None:
    """Return what was said since anybody was last heard; None where nothing waits for an answer.

    Openings and reminders count. What may not have arrived (state unknown) is no silence.
    """
    asked = [
        (one.opened_at, _messages(protocol, one))
        for one in follow_ups
        if one.opened_at is not None and one.state in _UNANSWERED
        if heard_at is None or heard_at < one.opened_at
    ]
    if not asked:
        return None
    return Silence(sum(number for _, number in asked), min(opened for opened, _ in asked))


def _messages(protocol: Protocol, follow_up: FollowUp) -> int:
    """Return the opening and the reminders of one check-in; a step that the pack has lost had its opening."""
    step = next((step for step in protocol.steps if step.id == follow_up.step), None)
    climbed = step.ladder[: follow_up.nudges] if step else ()
    return 1 + sum(rung.action is RungAction.REMIND for rung in climbed)
