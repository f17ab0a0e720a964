"""Counts as the services do: so many messages in any one second, wherever it begins (pure)."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

SECOND: Final = timedelta(seconds=1)
DOUBT: Final = timedelta(seconds=1)
"""How much later than it was handed over a message counts at most, while its answer is still out."""


@dataclass(slots=True)
class Call:
    """A message on its way: it reaches the service at some moment between `sent` and `answered`."""

    sent: datetime
    answered: datetime | None = None


class Window:
    """Keeps more than `most` messages from reaching the service in any one second.

    Even spacing alone does not: whoever wakes up late sends several at once. Only the answer tells when
    a message had come at the latest; what the shortest way and back takes is no doubt about it.
    """

    def __init__(self, most: int) -> None:
        self._calls: deque[Call] = deque(maxlen=most)
        self._most = most
        self._least = timedelta.max
        self._answers = 0

    def wait(self, now: datetime, spare: int = 0) -> timedelta:
        """Return how long until one more may be sent, and `spare` others besides."""
        place = len(self._calls) + spare - self._most
        if place < 0:
            return timedelta(0)
        oldest = self._calls[min(place, len(self._calls) - 1)]
        latest = oldest.sent + DOUBT
        if oldest.answered is not None:
            latest = min(latest, oldest.answered - self._sure)
        return max(latest + SECOND - now, timedelta(0))

    def enter(self, now: datetime) -> Call:
        """Count a message that is handed over in this moment."""
        call = Call(now)
        self._calls.append(call)
        return call

    def leave(self, call: Call, now: datetime) -> None:
        """Note the end of a call."""
        call.answered = now
        self._least = min(self._least, now - call.sent)
        self._answers += 1

    @property
    def _sure(self) -> timedelta:
        """Return what the shortest way and back takes; none, as long as all have been slow first calls."""
        return self._least if self._answers > self._most else timedelta(0)
