"""How many files and bytes one page sends in a day: counted in this process, on the system's clock."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final

from handlers.core.day_limit import DAY, Came, DayLimit

_MOST_KEYS: Final = 10_000


class Quota:
    """What each page has sent within a day. A place is taken before the first byte is read."""

    def __init__(self, limit: DayLimit, now_system: Callable[[], datetime]) -> None:
        """Keep the rule and the clock."""
        self._limit = limit
        self._now = now_system
        self._came: OrderedDict[str, list[Came]] = OrderedDict()

    def take(self, key: str, size: int) -> Came | None:
        """Return the place of a file of so many bytes; None where the day's are all taken."""
        now = self._now()
        came = [one for one in self._came.get(key, ()) if one.at > now - DAY]
        if self._limit.is_reached(came, now):
            return None
        place = Came(now, size)
        self._came[key] = [*came, place]
        self._came.move_to_end(key)
        while len(self._came) > _MOST_KEYS:
            self._came.popitem(last=False)
        return place

    def give_back(self, key: str, place: Came) -> None:
        """Free the place of a file that did not come in."""
        self._came[key] = [one for one in self._came.get(key, ()) if one is not place]
