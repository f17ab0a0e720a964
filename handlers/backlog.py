"""What a long stop left behind: put into an order in which it can go out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.core.protocol import Protocol
from handlers.core.ramp import LATE, Move, Overdue, spread
from handlers.core.values import ClinicId
from handlers.ports import FollowUps


@dataclass(frozen=True, slots=True)
class Backlog:
    """The check-ins that are long overdue when a process looks for the first time in a while."""

    follow_ups: FollowUps
    protocol: Callable[[ClinicId], Protocol]

    async def spread(self, now: datetime, now_system: datetime) -> int:
        """Give each its turn; return how many must wait. What is past its window is left as it is."""
        overdue = await self.follow_ups.overdue(before=now - LATE, now=now, now_system=now_system)
        by_clinic: dict[ClinicId, list[Overdue]] = {}
        for one in overdue:
            by_clinic.setdefault(one.clinic, []).append(one)
        moves = [move for clinic, queue in by_clinic.items() for move in self._spread(clinic, queue, now)]
        if moves:
            await self.follow_ups.move(moves, now_system=now_system)
        return len(moves)

    def _spread(self, clinic: ClinicId, queue: Sequence[Overdue], now: datetime) -> Sequence[Move]:
        urgent = frozenset(step.id for step in self.protocol(clinic).steps if step.ignore_quiet_hours)
        return spread(queue, now, urgent.__contains__)
