"""A gate that lets so many through at once, the most urgent first."""

import asyncio
import heapq
from itertools import count

from handlers.core.messages import Lane

_ORDER = {Lane.CARD: 0, Lane.STAFF: 1, Lane.TURN: 2}


class Gate:
    """At most `size` inside; of those that wait, cards go before staff's words before the rest."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._numbers = count()
        self._waiting: list[tuple[int, int, asyncio.Future[bool]]] = []
        self._is_closed = False

    async def enter(self, lane: Lane) -> bool:
        """Wait for a place; False if the gate was closed instead. `leave` gives the place back."""
        if self._is_closed:
            return False
        if self._free:
            self._free -= 1
            return True
        place: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (_ORDER[lane], next(self._numbers), place))
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.result():
                self.leave()
            raise

    def leave(self) -> None:
        """Give a place back: to the most urgent that waits, if any."""
        while self._waiting:
            _, _, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(True)
                return
        self._free += 1

    def close(self) -> None:
        """Turn away all that wait and all that come: the sender stops."""
        self._is_closed = True
        for _, _, place in self._waiting:
            if not place.done():
                place.set_result(False)
        self._waiting.clear()
