"""A circuit breaker per channel account. In memory: a new process finds out again.

Closed: everything goes. Open: nothing goes for a while. Then the service is asked something harmless,
and only when it answers does one message go; that one closes the breaker or opens it for longer. So an
outage of hours, in which each message may or may not arrive, costs a handful of messages their
certainty instead of all of them.
"""

from datetime import datetime, timedelta
from typing import Final

from scheduler import retry

HOLD: Final = timedelta(minutes=5)
"""A refused account is tried again with one message in five minutes, no more."""


class Health:
    """One account's state, on the system clock."""

    def __init__(self) -> None:
        self._open_until: datetime | None = None
        self._is_refused: bool | None = None
        self._told: bool | None = None
        """What staff were told. None: a process before this one may have said anything."""
        self._is_asked = False
        self._failures = 0
        self._silences = 0

    @property
    def is_well(self) -> bool:
        """Say whether nothing is known against the account."""
        return self._open_until is None

    def is_open(self, now: datetime) -> bool:
        """Say whether nothing may be sent now."""
        return self._open_until is not None and now < self._open_until

    def wants_asking(self, now: datetime) -> bool:
        """Say whether the service should be asked something harmless before a message is risked."""
        return self._open_until is not None and not self.is_open(now) and not self._is_asked

    def room(self, free: int, now: datetime, *, is_idle: bool) -> int:
        """Return how many rows may be claimed: none while open, then one alone, else `free`."""
        if self._open_until is None:
            return free
        return int(is_idle and not self.is_open(now))

    def worked(self) -> None:
        """Note that the service took a message, or refused just that one: all is well."""
        self._open_until = None
        self._is_refused = False
        self._failures = self._silences = 0

    def idle(self) -> None:
        """Note that nothing waits to be sent: an account that was refused and answers again is well."""
        if self._is_refused and self._is_asked:
            self._is_refused = False

    def has_recovered(self) -> bool:
        """Say once that the account works: after it was refused, and when a process first sees it work."""
        is_news = self._is_refused is False and self._told is not False
        if is_news:
            self._told = False
        return is_news

    def answered(self) -> None:
        """Note that the service answers: one message may find out whether it takes messages, too."""
        self._is_asked = True
        self._silences = 0

    def silent(self, now: datetime, chance: float) -> timedelta:
        """Note that the service did not even answer a question; return when to ask again."""
        self._silences += 1
        return self._open(now, retry.back_off(retry.PROBE, self._silences, _some(chance)))

    def failed(self, now: datetime, chance: float) -> timedelta:
        """Note a message that the service failed at; return how long nothing goes.

        Those that were under way at the same time tell nothing new.
        """
        if self._open_until is not None and now < self._open_until:
            return self._open_until - now
        self._failures += 1
        return self._open(now, retry.back_off(retry.SEND, self._failures, _some(chance)))

    def refused(self, now: datetime) -> bool:
        """Stop the account for a while; say whether that is news."""
        is_news = not self._is_refused
        self._is_refused = self._told = True
        if not self.is_open(now) or is_news:
            self._open(now, HOLD)
        return is_news

    def _open(self, now: datetime, wait: timedelta) -> timedelta:
        self._open_until = now + wait
        self._is_asked = False
        return wait


def _some(chance: float) -> float:
    """Return at least a half: a breaker that opens for no time at all is none."""
    return (1 + chance) / 2
