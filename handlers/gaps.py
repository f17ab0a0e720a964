"""After a long stop of ours: services keep what they could not deliver for a while only, then it is lost.

Nothing brings it back. Whoever was asked something in that time is shown to staff, and asked once more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from handlers import check_in, talking
from handlers.core.buttons import command_data
from handlers.core.case import Case, Clinic, Reach
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import ChannelKind, ClinicId, PatientId, Purpose
from handlers.decision import Decision
from handlers.errors import ConcurrentUpdate
from handlers.ports import UnitOfWork
from handlers.whereabouts import zone_now
from handlers.world import World

TASK: Final = "possible-gap"
KEPT: Final[Mapping[ChannelKind, timedelta]] = MappingProxyType(
    {ChannelKind.TELEGRAM: timedelta(hours=24), ChannelKind.WHATSAPP: timedelta(days=7)}
)
"""So long a service keeps what it cannot deliver (channels.md 2.1, 3.2). Our own page loses nothing."""
SHORTEST: Final = min(KEPT.values())
AFTERWARDS: Final = timedelta(minutes=10)
"""So long what was kept may take to come in; whoever is heard by then goes on by themselves."""
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AfterGap:
    """Sees to everybody of whom something may be missing, one transaction each."""

    uow: UnitOfWork
    world: Callable[[Clinic], World]

    async def see_to(
        self, clinic: ClinicId, waiting: Sequence[PatientId], begun: datetime, ended: datetime
    ) -> int:
        """Open the tasks and ask once more; return for how many. Done twice, it is done once."""
        done = 0
        for patient in waiting:
            try:
                done += await self._see_to(clinic, patient, begun, ended)
            except ConcurrentUpdate:
                # They wrote in this moment: the second look sees that.
                done += await self._see_to(clinic, patient, begun, ended)
        return done

    async def _see_to(self, clinic: ClinicId, patient: PatientId, begun: datetime, ended: datetime) -> bool:
        case = await self.uow.case_of(clinic, patient)
        decision = Decision(case, self.world(case.clinic), cause=f"gap:{patient}:{ended}")
        look_back(decision, begun, ended)
        changes = decision.finish()
        await self.uow.save(case, changes)
        return bool(changes)


def look_back(decision: Decision, begun: datetime, ended: datetime) -> None:
    """Show staff a patient whose words may be lost, and ask them once more if they are silent since."""
    kept = KEPT.get(decision.case.contact.point.channel)
    if kept is None or ended - begun <= kept or not _is_asked(decision.case):
        return
    key = f"{ended:%Y-%m-%dT%H:%M}:{decision.case.patient.id}"
    decision.task(TASK, key=f"{TASK}:{key}", note=f"{begun:%Y-%m-%d %H:%M} - {ended:%Y-%m-%d %H:%M} UTC")
    if _may_be_asked(decision, ended):
        go_on = Choice(command_data("continue"), Phrase("talk.button.continue"))
        decision.say(
            Say((Phrase("talk.gap"),), choices=(go_on,)),
            quiet_zone=zone_now(decision.case, decision.now),
            dedupe_key=f"gap:{key}",
            expires_at=decision.now + _A_DAY,
        )


def _is_asked(case: Case) -> bool:
    return case.open_response() is not None or check_in.waiting(case) is not None


def _may_be_asked(decision: Decision, ended: datetime) -> bool:
    """Say whether to write: on WhatsApp, whose window has long closed, only the pack's reminders may."""
    case = decision.case
    contact = case.contact
    is_silent = contact.last_heard_at is None or contact.last_heard_at < ended
    is_shut = contact.point.channel is ChannelKind.WHATSAPP or contact.dialogue.doubt is not None
    may_write = contact.reach is Reach.ACTIVE and Purpose.MESSAGES in case.patient.purposes
    return is_silent and may_write and not is_shut and not talking.is_person_here(decision)
