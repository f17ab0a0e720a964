"""How many files of one sender are taken in a day: enough for every patient, too few to fill a disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came: when, and how many bytes it has, as far as that is known."""

    at: datetime
    size: int = 0


@dataclass(frozen=True, slots=True)
class DayLimit:
    """So many `files`, or so many bytes of `size`, within 24 hours."""

    files: int = 500
    size: int = 6144 * MIB

    def is_reached(self, came: Iterable[Came], now: datetime) -> bool:
        """Say whether no further file is taken: a large one may pass the limit, the next one not."""
        today = [one.size for one in came if one.at > now - DAY]
        return len(today) >= self.files or sum(today) >= self.size


USUAL: Final = DayLimit()
