"""What is held goes by itself: a look at every tick, at messages and at check-ins without a signature."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.foundation import Foundation
from handlers.approval import missing_texts
from handlers.held_sends import HeldSends
from scheduler.housekeeping import Chore, Housekeeping
from storage.freeing import WaitingSends
from storage.states import Wake
from storage.unsigned import look_at_once

Signed = tuple[frozenset[str], tuple[str, ...]]
"""The signed languages, and the clinic's own words that are missing."""


@dataclass(slots=True)
class HeldWatch:
    """Looks at what is held in every clinic; it remembers what was signed at its last look."""

    base: Foundation
    _signed: dict[str, Signed] = field(default_factory=dict, init=False)

    async def look(self) -> None:
        """Let go what may go by now, and close what makes no sense any more."""
        now, stores = self.base.clock.now(), self.base.stores
        for base in (self.base, *self.base.others.values()):
            await self._look_at_signatures(base, now)
        await HeldSends(stores.uow, self.base.world, WaitingSends(stores.database)).let_go(now)

    async def _look_at_signatures(self, base: Foundation, now: datetime) -> None:
        """Let unsigned check-ins be looked at where another language is signed, or a missing word is said."""
        around, stores, name = base.around, base.stores, base.clinic
        if not around.needs_signature:
            return
        clinic = await stores.clinics.get(name)
        signed = around.signed, missing_texts(clinic.texts, around.protocol.texts)
        if signed != self._signed.get(name):
            system = base.now_system()
            await stores.database.write(
                lambda conn: look_at_once(conn, name, now=now, now_system=system),
                wakes=(Wake.FOLLOW_UPS,),
            )
            self._signed[name] = signed


def watch_held(base: Foundation, every: timedelta) -> Housekeeping:
    """Return what looks at what is held, so often; by itself, because it may take a while."""
    return Housekeeping((Chore("held", every, HeldWatch(base).look),), base.clocks)
