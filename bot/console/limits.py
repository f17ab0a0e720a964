"""How much of a record a reader may see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.console.access import Right
from bot.console.deps import Console
from bot.console.desk import Desk
from bot.console.render import Reader
from bot.restricted import Restriction, restriction_of, without_restricted
from storage.views.models import PatientRow, Record, Worklist


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


def worklist_seen(worklist: Worklist, hidden: Restriction | None) -> Worklist:
    """Return what waits, without flags that the reader may not see; tasks stay: they say not why."""
    if hidden is None:
        return worklist
    return replace(worklist, flags=tuple(flag for flag in worklist.flags if not hidden.hides(flag)))
