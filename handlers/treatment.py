"""Staff enter a treatment date: the care plan is made, in the patient's own zone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.core.care_plan import MOVABLE, plan, replan
from handlers.core.case import Anchor, Case, Clinic, FollowUp, FollowUpState, Stage
from handlers.core.changes import Audit, CloseTask, PlanFollowUps, SetAnchor
from handlers.core.frozen import replace
from handlers.core.values import ClinicId, PatientId
from handlers.decision import Decision
from handlers.ports import UnitOfWork
from handlers.world import World

GIVEN_UP = frozenset({FollowUpState.MISSED, FollowUpState.CANCELLED})
"""States that a corrected date takes back: the check-in had the wrong day."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What staff do with dates."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]

    async def preview(
        self, clinic: ClinicId, patient: PatientId, kind: str, local: str, zone: str, at_time: str = ""
    ) -> Sequence[FollowUp]:
        """Return the check-ins that this date would lead to; nothing is saved.

        `local` is "YYYY-MM-DDTHH:MM" on the wall clock of `zone`; `at_time` the hour "HH:MM" at which
        the patient likes to be written to, "" for the one we know. Raises ValueError for a wrong
        time or zone, NotFound for an unknown patient.
        """
        case = await self.uow.case_of(clinic, patient)
        return self._plan(case, self._anchor(case, kind, local, zone), at_time or case.patient.at_time)

    async def enter_date(  # noqa: PLR0913 PLR0917 - a form's fields, and who filled it in
        self,
        clinic: ClinicId,
        patient: PatientId,
        kind: str,
        local: str,
        zone: str,
        by: str,
        at_time: str = "",
    ) -> Sequence[FollowUp]:
        """Store the date, the good hour and the check-ins they lead to, in one transaction; return these."""
        case = await self.uow.case_of(clinic, patient, full=True)
        anchor = self._anchor(case, kind, local, zone)
        existing = [f for f in case.follow_ups if f.anchor == anchor.id]
        hour = at_time or case.patient.at_time
        replanned = replan(existing, self._plan(case, anchor, hour), states=MOVABLE | GIVEN_UP)
        decision = Decision(case, self.world(case.clinic), cause=f"date:{anchor.id}")
        decision.patient(stage=Stage.TREATMENT, at_time=hour)
        decision.add(
            SetAnchor(anchor, decision.now, by),
            PlanFollowUps(replanned.added),
            Audit(by, f"anchor.{kind}", patient, decision.now),
        )
        moved = [_in_plan(one) for one in replanned.moved if _may_still_come(one, decision.now)]
        for one in moved:
            decision.follow_up(one)
            decision.add(CloseTask(f"missed:{one.id}", decision.now, by))
        await self.uow.save(case, decision.finish())
        return (*moved, *replanned.added)

    def _anchor(self, case: Case, kind: str, local: str, zone: str) -> Anchor:
        known = next((a for a in case.anchors if a.kind == kind), None)
        new = self.world(case.clinic).ids.new()
        return Anchor(known.id if known else new, case.patient.id, kind, local, zone)

    def _plan(self, case: Case, anchor: Anchor, hour: str) -> Sequence[FollowUp]:
        """Plan in the zone where the patient lives; the procedure's own zone only fixes its date."""
        world = self.world(case.clinic)
        zone = case.patient.zone or case.clinic.zone
        return plan(world.protocol, anchor, at=hour, zone=zone, ids=world.ids)


def _may_still_come(follow_up: FollowUp, now: datetime) -> bool:
    return follow_up.state not in GIVEN_UP or follow_up.window_end > now


def _in_plan(follow_up: FollowUp) -> FollowUp:
    """Return a missed or cancelled check-in as a planned one; any other as it is."""
    if follow_up.state not in GIVEN_UP:
        return follow_up
    scheduled = FollowUpState.SCHEDULED
    return replace(follow_up, state=scheduled, nudges=0, response=None, reason="", opened_at=None)
