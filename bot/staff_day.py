"""Staff hear in their chats each morning what the day brings, and whenever they ask: numbers and a link."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.foundation import Foundation
from handlers.core.case import Clinic
from handlers.core.values import ClinicId, PartialDate
from locales import Catalog, date_in_words
from scheduler.housekeeping import Chore
from storage.views.day import Day, day_of

MORNING: Final = time(8, 30)
NOON: Final = time(12)
"""Until when a process that was down in the morning still tells."""

_LOOKS: Final = timedelta(minutes=10)


def mornings(base: Foundation) -> Chore:
    """Return the chore that tells the linked chats of each clinic what the day brings, once a day."""

    async def tell() -> None:
        now = base.clock.now()
        for clinic in await base.stores.clinics.all():
            local = now.astimezone(_zone(clinic))
            if MORNING <= local.time() < NOON:
                await base.stores.on_call.tell_the_day(clinic.id, local.date(), now=now)

    return Chore("staff-day", _LOOKS, tell)


async def day_at(base: Foundation, clinic: Clinic) -> Day:
    """Count what waits at a clinic, and what goes out until its midnight."""
    now = base.clock.now()
    tomorrow = now.astimezone(_zone(clinic)).date() + timedelta(days=1)
    ends_at = datetime.combine(tomorrow, time(), _zone(clinic))
    return await base.stores.database.read(
        lambda conn: day_of(conn, ClinicId(clinic.id), now=now, ends_at=ends_at)
    )


def in_words(day: Day, clinic: Clinic, catalog: Catalog, now: datetime, console: str) -> str:
    """Return the day as lines of numbers, and where to go on; `console` is its address."""
    local = now.astimezone(_zone(clinic)).date()
    shown = date_in_words(PartialDate(local.year, local.month, local.day), catalog.language)
    numbers = {name: str(getattr(day, name)) for name in Day.__slots__}
    name = clinic.texts.get("clinic_name") or clinic.name
    return f"{catalog.plain('console.alert.day', clinic=name, date=shown, **numbers)}\n{console}"


def _zone(clinic: Clinic) -> ZoneInfo:
    return ZoneInfo(clinic.zone or "UTC")
