"""How much of a record a reader may see."""

from bot.console.access import Right
from bot.console.desk import Desk
from bot.console.render import Reader
from bot.restricted import Restriction, restriction_of, without_restricted
from storage.views.models import Record


def restriction_for(desk: Desk, reader: Reader) -> Restriction | None:
    """Return what is hidden from the reader; None for whoever sees everything."""
    if reader.may(Right.SEE_SENSITIVE):
        return None
    return restriction_of(desk.protocol(reader), desk.deps.catalogs)


def seen_by(desk: Desk, reader: Reader, record: Record) -> Record:
    """Return as much of a record as the reader's role may see."""
    hidden = restriction_for(desk, reader)
    return without_restricted(record, hidden) if hidden else record
