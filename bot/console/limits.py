"""How much of a record a reader may see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.console.access import Right
from bot.console.deps import Console
from bot.console.desk import Desk
from bot.console.render import Reader
from bot.restricted import Restriction, restriction_of, without_restricted
from handlers.core.values import PatientId
from storage.views.models import MessageView, PatientRow, Record


def restriction_for(desk: Desk, reader: Reader) -> Restriction | None:
    """Return what is hidden from the reader; None for whoever sees everything."""
    if reader.may(Right.SEE_SENSITIVE):
        return None
    return restriction_of(desk.protocol(reader), desk.deps.catalogs)


def seen_by(desk: Desk, reader: Reader, record: Record) -> Record:
    """Return as much of a record as the reader's role may see."""
    hidden = restriction_for(desk, reader)
    return without_restricted(record, hidden) if hidden else record


async def rows_seen(
    deps: Console, rows: Sequence[PatientRow], hidden: Restriction | None
) -> Sequence[PatientRow]:
    """Return lines of the patients' list with counts of those flags alone that the reader may see."""
    if hidden is None:
        return rows
    opened = await deps.views.open_flags(deps.clinic, [row.id for row in rows])
    seen = Counter((flag.patient, flag.level) for flag in opened if not hidden.hides(flag))
    return [
        replace(row, flags={level: n for (patient, level), n in seen.items() if patient == row.id})
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a patient a reader may see, for whoever has it from elsewhere than the record."""

    hidden: Restriction
    record: Record
    """As much of it as they may see."""

    def message(self, message: MessageView) -> MessageView:
        """Return a message; without its text where that is not in the reader's record."""
        same = (message.at, message.inbound, message.text)
        if any((one.at, one.inbound, one.text) == same for one in self.record.messages):
            return message
        return replace(message, text="", is_restricted=True)

    def shows(self, document: str) -> bool:
        """Say whether the reader may see a file."""
        return any(one.id == document for one in self.record.documents)


async def sight_of(desk: Desk, reader: Reader, patient: str) -> Sight | None:
    """Return what the reader may see of a patient, None for everything; raise NotFound."""
    hidden = restriction_for(desk, reader)
    if hidden is None:
        return None
    record = await desk.deps.views.record(desk.deps.clinic, PatientId(patient))
    return Sight(hidden, without_restricted(record, hidden))
