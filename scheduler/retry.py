"""When to try again: capped exponential back-off with full jitter (pure)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient we are with one kind of work. `limit` is the number of attempts, None endless."""

    base: timedelta
    cap: timedelta
    limit: int | None = None


INBOX: Final = Retry(base=timedelta(seconds=1), cap=timedelta(seconds=30), limit=3)
POISON: Final = Retry(base=timedelta(seconds=5), cap=timedelta(minutes=1), limit=3)
PROBE: Final = Retry(base=timedelta(seconds=1), cap=timedelta(minutes=1))
SEND: Final = Retry(base=timedelta(seconds=2), cap=timedelta(minutes=15), limit=60)
FETCH: Final = Retry(base=timedelta(seconds=5), cap=timedelta(minutes=10), limit=5)
DELIVER: Final = Retry(base=timedelta(seconds=5), cap=timedelta(hours=1), limit=40)
LOOP: Final = Retry(base=timedelta(milliseconds=500), cap=timedelta(seconds=10))
SETTLE: Final = Retry(base=timedelta(milliseconds=200), cap=timedelta(seconds=2), limit=6)


def back_off(retry: Retry, attempt: int, chance: float) -> timedelta:
    """Return how long to wait after failed attempt number `attempt` (from 1), `chance` from 0 to 1.

    Full jitter: anything up to the doubled and capped wait, so that many never come back at once.
    """
    doublings = min(max(attempt - 1, 0), 30)
    return min(retry.base * (1 << doublings), retry.cap) * chance


def ever_longer(retry: Retry, waited: timedelta, chance: float) -> timedelta:
    """Return how long what waited for so long already waits on, where no attempt is counted.

    It grows with the waiting itself, so that an outage of hours is asked a few times an hour.
    """
    return min(max(waited / 2, retry.base), retry.cap) * (1 + chance) / 2


def is_last(retry: Retry, attempt: int) -> bool:
    """Say whether attempt number `attempt` was the last that is allowed."""
    return retry.limit is not None and attempt >= retry.limit
