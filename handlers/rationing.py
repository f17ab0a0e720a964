"""Before check-ins are opened: the day's places at an account that may write to so many people first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.core.allotment import Demand, allot
from handlers.core.protocol import Protocol
from handlers.ports import FollowUps


@dataclass(frozen=True, slots=True)
class Rationing:
    """Gives the places to those whose windows end soonest, and puts the others off.

    `demand(now, now_system)` tells who needs a place and when places are free.
    """

    follow_ups: FollowUps
    demand: Callable[[datetime, datetime], Awaitable[Demand]]
    protocol: Callable[[], Protocol]

    async def spread(self, now: datetime, now_system: datetime) -> int:
        """Put off whom the day has no place for; return how many."""
        demand = await self.demand(now, now_system)
        if len(demand.due) <= sum(place <= now for place in demand.places):
            return 0
        urgent = frozenset(step.id for step in self.protocol().steps if step.ignore_quiet_hours)
        moves = allot(demand, now, urgent.__contains__)
        if moves:
            await self.follow_ups.move(moves, now_system=now_system)
        return len(moves)
