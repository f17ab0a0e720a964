"""How a channel account fares: refused, failing or well. In memory: a new process finds out again."""

from datetime import datetime, timedelta
from typing import Final

HOLD: Final = timedelta(minutes=5)
"""A refused account is tried again with one message in five minutes, no more."""


class Health:
    """One account's state, on the system clock."""

    def __init__(self) -> None:
        self._held_until: datetime | None = None
        self._failing_since: datetime | None = None

    def hold(self, now: datetime) -> bool:
        """Stop the account for a while; say whether it was well until now."""
        was_well = self._held_until is None
        if not self.is_held(now):
            self._held_until = now + HOLD
        return was_well

    def is_held(self, now: datetime) -> bool:
        """Say whether nothing may be sent now."""
        return self._held_until is not None and now < self._held_until

    def room(self, free: int, now: datetime, *, is_idle: bool) -> int:
        """Return how many rows may be claimed: none while held, then one as a probe, else `free`."""
        if self._held_until is None:
            return free
        return int(is_idle and not self.is_held(now))

    def worked(self) -> None:
        """Note that the service answered in earnest."""
        self._held_until = None
        self._failing_since = None

    def failed(self, now: datetime) -> None:
        """Note that the service could not be reached or was out of order."""
        self._failing_since = self._failing_since or now

    def failing_for(self, now: datetime) -> timedelta:
        """Return how long every call has failed."""
        return now - self._failing_since if self._failing_since else timedelta(0)
