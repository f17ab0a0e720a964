"""Planned check-ins whose moment has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.core.case import FollowUp
from handlers.core.values import ClinicId


@dataclass(frozen=True, slots=True)
class ClaimedFollowUp:
    """A follow-up whose `next_at` has come, leased."""

    clinic: ClinicId
    follow_up: FollowUp
    fence: int


class FollowUps(Protocol):
    """Planned check-ins."""

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedFollowUp]:
        """Take follow-ups whose `next_at` has come, oldest first."""
        ...

    async def next_due(self) -> datetime | None:
        """Return the earliest `next_at` of all that are not finished, or None."""
        ...
