"""Alerts to staff: which must climb on, who can be told, and what is on its way to whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from handlers.core.changes import Level
from handlers.core.on_call import Chain, Climb, Means, Roster, Way
from handlers.core.values import ClinicId


@dataclass(frozen=True, slots=True)
class ClaimedAlert:
    """An alert whose next step has come, leased. `urgency` says how soon the next person is told."""

    clinic: ClinicId
    id: str
    urgency: int
    step: int
    fence: int


class Alerts(Protocol):
    """Alerts that nobody has taken."""

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedAlert]:
        """Take alerts whose next step has come, oldest first."""
        ...

    async def climbed(self, steps: Sequence[tuple[ClaimedAlert, Climb]], *, now: datetime) -> int:
        """Queue what these steps of one clinic's alerts tell whom, and set the next ones.

        Return how many were done: an alert that is no longer ours is left alone.
        """
        ...

    async def give_back(self, claimed: ClaimedAlert) -> bool:
        """Free one at once; False if it is no longer leased to us."""
        ...

    async def next_due(self) -> datetime | None:
        """Return when the next step of any alert comes, or None."""
        ...


class OnCall(Protocol):
    """Who is told at a clinic."""

    async def duty(self, clinic: ClinicId, means: Collection[Means]) -> tuple[Chain, Roster]:
        """Return the clinic's chain, or the usual one, and everybody who can be told on these means."""
        ...


class NoticeKind(StrEnum):
    """What staff are told."""

    ALERT = "alert"
    TAKEN = "taken"
    LINKED = "linked"
    NO_CODE = "no-code"
    """A one-time code that does not hold (any more)."""

    DAY = "day"
    """How much waits for staff today: numbers alone."""

    EMERGENCY_OPENING = "emergency-opening"
    """Somebody opened restricted answers in an emergency: for administrators."""


@dataclass(frozen=True, slots=True)
class ClaimedNotice:
    """One thing to tell at one address, leased. It names the case by its number and says nothing of health.

    `taken_by` is who has taken the alert, `taken_at` when; empty while nobody has.
    """

    clinic: ClinicId
    id: str
    kind: NoticeKind
    way: Way
    fence: int
    attempts: int
    ack: str = ""
    alert: str = ""
    code: str = ""
    level: Level = Level.INFO
    raised_at: datetime | None = None
    taken_at: datetime | None = None
    taken_by: str = ""


class Notices(Protocol):
    """What is on its way to staff."""

    async def claim(  # noqa: PLR0913 - whose, on what, when
        self,
        clinic: ClinicId,
        means: Means,
        *,
        resting: Collection[str],
        now: datetime,
        now_system: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[ClaimedNotice]:
        """Take what is due of a clinic on these means, except at the addresses that are `resting`."""
        ...

    async def settle(self, notices: Sequence[ClaimedNotice], *, now: datetime) -> None:
        """Mark them as told, those whose lease still holds."""
        ...

    async def postpone(self, notices: Sequence[ClaimedNotice], *, until: datetime, code: str) -> None:
        """Give them back for a later try."""
        ...

    async def outwait(
        self, notices: Sequence[ClaimedNotice], *, now: datetime, until: datetime, code: str
    ) -> None:
        """Give them back for a try at `until`. Staff see it; a step that reached nobody gives way at once."""
        ...

    async def fail(self, notices: Sequence[ClaimedNotice], *, now: datetime, code: str) -> None:
        """End them: they can't be told there. Staff see it; a step that reached nobody gives way at once."""
        ...

    async def drop(self, notices: Sequence[ClaimedNotice], *, now: datetime) -> None:
        """End them: they need not be told any more."""
        ...

    async def next_due(self, clinic: ClinicId, means: Means) -> datetime | None:
        """Return when the next one of a clinic on these means becomes due, or None."""
        ...
