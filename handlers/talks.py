"""The use case behind the clock of talks: a chat that staff have left alone goes back to the bot."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import talking
from handlers.core.case import Clinic
from handlers.core.values import ClinicId, PatientId
from handlers.decision import Decision
from handlers.errors import ConcurrentUpdate
from handlers.ports import UnitOfWork
from handlers.world import World

Silent = Callable[[datetime], Awaitable[Sequence[tuple[ClinicId, PatientId]]]]
"""Returns whose chat a person has but has been silent in until a moment."""


@dataclass(frozen=True, slots=True)
class Talks:
    """Takes chats back, one transaction each. Who wrote in the same moment is looked at the next time."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]
    silent: Silent

    async def take_back(self, now: datetime) -> int:
        """Take back every chat whose person has been silent for too long; return how many."""
        done = 0
        for clinic, patient in await self.silent(now):
            case = await self.uow.case_of(clinic, patient, full=True)
            until = case.patient.talk.until
            decision = Decision(case, self.world(case.clinic), cause=f"talk:{patient}:{until}")
            talking.hand_back_silent(decision)
            try:
                await self.uow.save(case, decision.finish())
            except ConcurrentUpdate:
                continue
            done += 1
        return done
