"""The rules of a time zone have changed: what is planned there comes at the same hour by the new ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handlers.core.case import Clinic
from handlers.core.values import ClinicId, PatientId
from handlers.decision import Decision
from handlers.errors import ConcurrentUpdate
from handlers.moving_house import derive_again
from handlers.ports import UnitOfWork
from handlers.world import World


@dataclass(frozen=True, slots=True)
class NewRules:
    """Plans each patient's check-ins anew, one transaction each."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]

    async def follow(self, clinic: ClinicId, planned: Iterable[PatientId], version: str) -> int:
        """Move what comes at another moment by now; return for how many patients."""
        moved = 0
        for patient in planned:
            try:
                moved += await self._follow(clinic, patient, version)
            except ConcurrentUpdate:
                moved += await self._follow(clinic, patient, version)
        return moved

    async def _follow(self, clinic: ClinicId, patient: PatientId, version: str) -> bool:
        case = await self.uow.case_of(clinic, patient)
        decision = Decision(case, self.world(case.clinic), cause=f"zone-rules:{version}:{patient}")
        derive_again(decision)
        changes = decision.finish()
        if changes:
            await self.uow.save(case, changes)
        return bool(changes)
