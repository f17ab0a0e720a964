"""Staff hear in their chats each morning, and whenever they ask, what the day brings and what comes first.

A chat is no console: a line has a case number, the sort of work and a link, never a name or a word of health.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.foundation import Foundation
from handlers.core.case import Clinic
from handlers.core.values import ClinicId, PartialDate
from locales import Catalog, date_in_words
from scheduler.housekeeping import Chore
from storage.views.day import Day, day_of
from storage.views.work import FirstLine, first_lines

MORNING: Final = time(8, 30)
NOON: Final = time(12)
"""Until when a process that was down in the morning still tells."""

MOST: Final = 15
"""So many lines stand in one message: Telegram takes 4096 characters."""

_LOOKS: Final = timedelta(minutes=10)


class First(NamedTuple):
    """The worklist's first lines, and how many it has in all."""

    lines: Sequence[FirstLine]
    number: int


def mornings(base: Foundation) -> Chore:
    """Return the chore that tells the linked chats of each clinic what the day brings, once a day."""

    async def tell() -> None:
        now = base.clock.now()
        for clinic in await base.stores.clinics.all():
            local = now.astimezone(_zone(clinic))
            if MORNING <= local.time() < NOON:
                await base.stores.on_call.tell_the_day(clinic.id, local.date(), now=now)

    return Chore("staff-day", _LOOKS, tell)


async def day_at(base: Foundation, clinic: Clinic) -> tuple[Day, First]:
    """Count what waits at a clinic and what goes out until its midnight; return the first lines, too."""
    now = base.clock.now()
    tomorrow = now.astimezone(_zone(clinic)).date() + timedelta(days=1)
    ends_at = datetime.combine(tomorrow, time(), _zone(clinic))

    day, lines = await base.stores.database.read(
        lambda conn: (
            day_of(conn, ClinicId(clinic.id), now=now, ends_at=ends_at),
            first_lines(conn, clinic.id, now, MOST),
        )
    )
    return day, First(*lines)


def in_words(day: Day, first: First, clinic: Clinic, catalog: Catalog, now: datetime, console: str) -> str:
    """Return the day as lines of numbers, the worklist's first lines, and where to go on: `console`."""
    local = now.astimezone(_zone(clinic)).date()
    shown = date_in_words(PartialDate(local.year, local.month, local.day), catalog.language)
    numbers = {name: str(getattr(day, name)) for name in Day.__slots__}
    name = clinic.texts.get("clinic_name") or clinic.name
    head = catalog.plain("console.alert.day", clinic=name, date=shown, **numbers)
    return "\n".join((head, *_list(first, catalog, console), console))


def _list(first: First, catalog: Catalog, console: str) -> Iterator[str]:
    """Yield the lines between two empty ones; nothing where no work waits."""
    if not first.lines:
        return
    yield ""
    for line in first.lines:
        yield _line(line, catalog, console)
    if first.number > len(first.lines):
        yield catalog.plain("console.day_list.more", number=str(first.number - len(first.lines)))
    yield ""


def _line(line: FirstLine, catalog: Catalog, console: str) -> str:
    work = catalog.plain(f"console.day_list.{line.sort}")
    taken = catalog.plain("console.day_list.taken") if line.is_taken else ""
    link = f"{console}patients/{line.patient}" if line.patient else ""
    told = " · ".join(filter(None, (line.code, work, taken)))
    return f"- {told} {link}".rstrip()


def _zone(clinic: Clinic) -> ZoneInfo:
    return ZoneInfo(clinic.zone or "UTC")
