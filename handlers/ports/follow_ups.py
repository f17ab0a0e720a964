"""Planned check-ins whose moment has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.core.case import FollowUp
from handlers.core.ramp import Move, Overdue
from handlers.core.values import ClinicId


@dataclass(frozen=True, slots=True)
class ClaimedFollowUp:
    """A follow-up whose `next_at` has come, leased.

    `attempts` counts how often it was taken since it was last saved, this time too: it is committed
    before anything runs.
    """

    clinic: ClinicId
    follow_up: FollowUp
    fence: int
    attempts: int = 1


class FollowUps(Protocol):
    """Planned check-ins."""

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedFollowUp]:
        """Take follow-ups whose `next_at` has come, oldest first."""
        ...

    async def give_back(self, claimed: ClaimedFollowUp) -> bool:
        """Free one at once, without counting the try; False if it is no longer leased to us."""
        ...

    async def next_due(self) -> datetime | None:
        """Return the earliest `next_at` of all that are not finished, or None."""
        ...

    async def overdue(self, *, before: datetime, now: datetime, now_system: datetime) -> Sequence[Overdue]:
        """Return what was due earlier than `before`, is free, and has its window still open."""
        ...

    async def move(self, moves: Sequence[Move], *, now_system: datetime) -> None:
        """Look at each at its new moment, unless somebody took it or moved it meanwhile."""
        ...
