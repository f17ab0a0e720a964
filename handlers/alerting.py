"""The next step of alerts that nobody has taken: who is told now, and when to look again."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.core.on_call import Means, climb
from handlers.core.values import ClinicId
from handlers.ports import Alerts, ClaimedAlert, OnCall


@dataclass(frozen=True, slots=True)
class Alerting:
    """The use case behind the worker for alerts; `means` are those that a clinic has."""

    alerts: Alerts
    on_call: OnCall
    means: Callable[[ClinicId], Collection[Means]]
    now: Callable[[], datetime]

    async def climb(self, claimed: Sequence[ClaimedAlert]) -> None:
        """Do the steps that have come for one clinic's alerts. Who lost a lease does nothing there."""
        clinic = claimed[0].clinic
        chain, roster = await self.on_call.duty(clinic, self.means(clinic))
        steps = [(one, climb(chain, roster, one.step, one.urgency)) for one in claimed]
        await self.alerts.climbed(steps, now=self.now())
