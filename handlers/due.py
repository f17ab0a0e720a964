"""The use cases behind the scheduler: a follow-up whose moment has come, a message that got lost."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers import check_in, endings, held_for_person, places, receipts, unfinished
from handlers.core.case import Case, Clinic
from handlers.core.changes import Change
from handlers.core.protocol import UNFINISHED
from handlers.core.values import ClinicId, ContactId, OutboxId, PatientId
from handlers.decision import Decision
from handlers.ports import ClaimedFollowUp, OutboxRow, UnitOfWork
from handlers.world import World


@dataclass(frozen=True, slots=True)
class Due:
    """What happens when a planned moment has come."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]

    async def start(self, claimed: ClaimedFollowUp) -> None:
        """Open, remind, hold or give up one follow-up, in one transaction.

        What was claimed may be answered, stopped or moved by now: then there is nothing to do.
        """
        follow_up = claimed.follow_up
        decision = await self._decide_about(
            claimed.clinic, follow_up.patient, f"follow-up:{follow_up.id}:{follow_up.nudges}"
        )
        current = check_in.by_id(decision.case, follow_up.id)
        if current is None or not check_in.is_due(current, decision.now):
            return
        if held_for_person.waits(decision, current):
            held_for_person.hold(decision, current, claimed.fence)
        elif current.step == UNFINISHED:
            unfinished.due(decision, current, claimed.fence)
        else:
            check_in.due(decision, current, claimed.fence)
        await self.uow.save(decision.case, decision.finish())

    async def give_up(self, claimed: ClaimedFollowUp) -> None:
        """Show a person a follow-up that failed again and again: it is never silently lost."""
        follow_up = claimed.follow_up
        decision = await self._decide_about(claimed.clinic, follow_up.patient, f"broken:{follow_up.id}")
        current = check_in.by_id(decision.case, follow_up.id)
        if current is None or not check_in.is_due(current, decision.now):
            return
        endings.broken(decision, current, claimed.fence)
        await self.uow.save(decision.case, decision.finish())

    def lost(self, row: OutboxRow, case: Case) -> list[Change]:
        """Show staff a message of which nobody knows whether it arrived."""
        decision = Decision(case, self.world(case.clinic), cause=f"lost:{row.id}")
        if row.opening:
            receipts.lost(decision, OutboxId(row.id), row.follow_up)
        return decision.finish()

    def undelivered(self, row: OutboxRow, case: Case) -> list[Change]:
        """Open a check-in at another place of the patient's that could not be brought to this one."""
        decision = Decision(case, self.world(case.clinic), cause=f"undelivered:{row.id}")
        places.failed_at(decision, ContactId(row.contact), follow_up=row.follow_up or "")
        return decision.finish()

    def shut(self, row: OutboxRow, case: Case) -> list[Change]:
        """Believe the service that its window is closed at a contact: what is held waits for it to open."""
        decision = Decision(case, self.world(case.clinic), cause=f"shut:{row.id}")
        there = next((one for one in case.others if one.id == row.contact), None)
        if there is not None:
            decision.turn_to(there)
        decision.contact(window_closes_at=decision.now)
        places.failed_at(decision, ContactId(row.contact), follow_up=row.follow_up or "")
        return decision.finish()

    async def _decide_about(self, clinic: ClinicId, patient: PatientId, cause: str) -> Decision:
        case = await self.uow.case_of(clinic, patient)
        return Decision(case, self.world(case.clinic), cause=cause)
