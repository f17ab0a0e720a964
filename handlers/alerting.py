"""The next step of an alert that nobody has taken: who is told now, and when to look again."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from handlers.core.on_call import Means, climb
from handlers.ports import Alerts, ClaimedAlert, OnCall


@dataclass(frozen=True, slots=True)
class Alerting:
    """The use case behind the worker for alerts; `means` are those that this installation has."""

    alerts: Alerts
    on_call: OnCall
    means: Collection[Means]
    now: Callable[[], datetime]

    async def climb(self, claimed: ClaimedAlert) -> None:
        """Do the step that has come. Who lost the lease does nothing."""
        chain = await self.on_call.chain(claimed.clinic)
        roster = await self.on_call.roster(claimed.clinic, self.means)
        step = climb(chain, roster, claimed.step, claimed.level)
        await self.alerts.climbed(claimed, step, now=self.now())
