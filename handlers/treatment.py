"""Staff enter, move or cancel treatment dates: the care plan follows, in the patient's own zone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from handlers import endings
from handlers.core.care_plan import parse_local
from handlers.core.case import Anchor, Case, Clinic, FollowUp, Stage
from handlers.core.changes import (
    Audit,
    CancelQueued,
    Change,
    CloseTask,
    DropAnchor,
    OpenTask,
    PlanFollowUps,
    SetAnchor,
)
from handlers.core.course import (
    Difference,
    Late,
    WhySkipped,
    compare,
    held_back,
    is_stopped,
    plan_course,
    settled,
)
from handlers.core.values import ClinicId, FollowUpId, PatientId
from handlers.decision import Decision
from handlers.errors import NotFound, ProgrammeStopped
from handlers.ports import UnitOfWork
from handlers.whereabouts import stays_of
from handlers.world import World

ANOTHER: Final = "another"
"""Stands for a date's id where a further one of its kind is entered: the next infusion of a course."""
LATE_TASK: Final = "late-step"


@dataclass(frozen=True, slots=True)
class NewDate:
    """A date as staff enter it: `local` is "YYYY-MM-DDTHH:MM" on the wall clock of `zone`.

    `which` is the id of the date that moves, ANOTHER for a further one, "" for the only one of its kind
    (or a new one where there is none). `at_time` is the hour "HH:MM" at which the patient likes to be
    written to, "" for the one we know. `late` and `why` say what becomes of check-ins whose day has passed.
    """

    kind: str
    local: str
    zone: str
    at_time: str = ""
    which: str = ""
    late: Late = Late.PLAN
    why: WhySkipped = WhySkipped.TOO_LATE


@dataclass(frozen=True, slots=True)
class Treatment:
    """What staff do with dates."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]

    async def preview(self, clinic: ClinicId, patient: PatientId, date: NewDate) -> Difference:
        """Return what this date would change in the plan; nothing is saved.

        Raises ValueError for a wrong time or zone, NotFound for an unknown patient or date, and
        ProgrammeStopped where everything is stopped.
        """
        case = await self._going_on(clinic, patient)
        anchor = self._anchor(case, date)
        return self._compared(case, _with(case.anchors, anchor), date.at_time)

    async def preview_without(self, clinic: ClinicId, patient: PatientId, which: str) -> Difference:
        """Return what would change if the date with this id were cancelled; nothing is saved."""
        case = await self._going_on(clinic, patient)
        return self._compared(case, _without(case.anchors, which), "")

    async def enter(self, clinic: ClinicId, patient: PatientId, date: NewDate, by: str) -> Sequence[FollowUp]:
        """Store the date, the good hour and what follows from them in one transaction.

        Returns the check-ins that are planned anew. Raises as `preview` does.
        """
        case = await self._going_on(clinic, patient)
        anchor = self._anchor(case, date)
        decision = Decision(case, self.world(case.clinic), cause=f"date:{anchor.id}")
        decision.patient(stage=Stage.TREATMENT, at_time=date.at_time or case.patient.at_time)
        difference = self._compared(case, _with(case.anchors, anchor), date.at_time)
        decision.add(
            SetAnchor(anchor, decision.now, by), Audit(by, f"anchor.{date.kind}", patient, decision.now)
        )
        coming = _apply(decision, difference, date.late, date.why, by)
        await self._save(case, decision)
        return coming

    async def cancel(
        self, clinic: ClinicId, patient: PatientId, which: str, by: str, late: Late = Late.PLAN
    ) -> Sequence[FollowUp]:
        """Take a date back: what only it asked for is cancelled; a course counts from the dates left."""
        case = await self._going_on(clinic, patient)
        difference = self._compared(case, _without(case.anchors, which), "")
        decision = Decision(case, self.world(case.clinic), cause=f"date:{which}")
        decision.add(DropAnchor(which), Audit(by, "anchor.cancelled", patient, decision.now))
        coming = _apply(decision, difference, late, WhySkipped.TOO_LATE, by)
        await self._save(case, decision)
        return coming

    async def enter_date(  # noqa: PLR0913 PLR0917 - a date's fields, and who entered it
        self,
        clinic: ClinicId,
        patient: PatientId,
        kind: str,
        local: str,
        zone: str,
        by: str,
        at_time: str = "",
    ) -> Sequence[FollowUp]:
        """Enter or move the only date of its kind; return the check-ins that are planned anew."""
        return await self.enter(clinic, patient, NewDate(kind, local, zone, at_time), by)

    async def _going_on(self, clinic: ClinicId, patient: PatientId) -> Case:
        case = await self.uow.case_of(clinic, patient, full=True)
        if is_stopped(case.patient):
            raise ProgrammeStopped("start again first")
        return case

    async def _save(self, case: Case, decision: Decision) -> None:
        await self.uow.save(case, decision.finish())

    def _anchor(self, case: Case, date: NewDate) -> Anchor:
        parse_local(date.local)
        named = date.which not in {"", ANOTHER}
        known = [a for a in case.anchors if named or a.kind == date.kind]
        if date.which == ANOTHER or not (known or named):
            ident, kind = self.world(case.clinic).ids.new(), date.kind
        else:
            moved = _one_of(known, date.which)
            ident, kind = moved.id, moved.kind
        return Anchor(ident, case.patient.id, kind, date.local, date.zone)

    def _compared(self, case: Case, anchors: Sequence[Anchor], hour: str) -> Difference:
        """Plan where the patient is on each day; the procedure's own zone only fixes its date."""
        world, patient = self.world(case.clinic), case.patient
        at, texts = hour or patient.at_time, case.clinic.texts
        planned = plan_course(world.protocol, anchors, texts, at=at, zone=stays_of(case), ids=world.ids)
        return compare(world.protocol, case.follow_ups, planned, now=world.now)


def _one_of(anchors: Sequence[Anchor], which: str) -> Anchor:
    found = next((a for a in anchors if which in {"", a.id}), None)
    if found is None:
        raise NotFound("no such date of this patient")
    return found


def _with(anchors: Sequence[Anchor], anchor: Anchor) -> tuple[Anchor, ...]:
    return (*(a for a in anchors if a.id != anchor.id), anchor)


def _without(anchors: Sequence[Anchor], which: str) -> tuple[Anchor, ...]:
    gone = _one_of([a for a in anchors if a.id == which], which)
    return tuple(a for a in anchors if a.id != gone.id)


def _apply(
    decision: Decision, difference: Difference, late: Late, why: WhySkipped, by: str
) -> Sequence[FollowUp]:
    """Write the difference; what is late ends as staff chose, and where they want to be asked, as a task."""
    behind = {one.id for one in difference.late(decision.now)}
    until = decision.case.patient.paused_until
    chosen = {
        one.id: settled(one, late, why, decision.now) if one.id in behind else held_back(one, until)
        for one in difference.coming
    }
    decision.add(PlanFollowUps(tuple(chosen[one.id] for one in difference.added)))
    for one in difference.moved:
        decision.follow_up(chosen[one.id])
        decision.add(CloseTask(f"missed:{one.id}", decision.now, by))
    for one in difference.dropped:
        decision.follow_up(one)
        decision.add(CancelQueued(None, one.reason, follow_up=FollowUpId(one.id), at=decision.now))
        endings.stop_response(decision, one)
    if late is Late.ASK:
        decision.add(*_asked(decision, [one for one in difference.coming if one.id in behind]))
    return tuple(chosen[one.id] for one in difference.coming)


def _asked(decision: Decision, late: Sequence[FollowUp]) -> Sequence[Change]:
    return [OpenTask(LATE_TASK, late_key(one.id), decision.now, one.step) for one in late]


def late_key(follow_up: str) -> str:
    """Return the key of the task that asks staff about a late check-in."""
    return f"{LATE_TASK}:{follow_up}"
