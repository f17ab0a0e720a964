"""Changes to the care plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.core.case import Anchor, FollowUp, FollowUpState


@dataclass(frozen=True, slots=True)
class SetAnchor:
    """A treatment date was entered or moved."""

    anchor: Anchor
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class DropAnchor:
    """A treatment date was cancelled: nothing counts from it any more."""

    anchor: str


@dataclass(frozen=True, slots=True)
class PlanFollowUps:
    """New planned check-ins; (patient, anchor, step) is unique, so planning again adds nothing."""

    follow_ups: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class SaveFollowUp:
    """A follow-up's state as it is from now on. `fence` (from its lease) must still hold, if given."""

    follow_up: FollowUp
    fence: int | None = None


NEVER = timedelta(days=36500)
"""A waiting time that means: not by itself."""

FINISHED = frozenset({FollowUpState.COMPLETED, FollowUpState.MISSED, FollowUpState.CANCELLED})
"""States in which a follow-up asks for nothing more."""
