"""The days on which the clinic is closed: where patients are told its hours, they hear of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

CLOSED: Final = "closed_days"
"""Under this name they stand among the clinic's texts: "2026-12-29/2027-01-03" and so on, one a line."""
AHEAD: Final = timedelta(days=14)
"""So long before patients hear of it where they are told the clinic's hours."""
MOST: Final = 60


@dataclass(frozen=True, slots=True, order=True)
class Closed:
    """Days in a row on which the clinic is closed, both ends included."""

    first: date
    last: date


def closed_days(texts: Mapping[str, str]) -> tuple[Closed, ...]:
    """Return the days that are entered, earliest first; a line that can't be read is left out."""
    return tuple(sorted(found for line in texts.get(CLOSED, "").split() if (found := _read(line))))


def written(days: Iterable[Closed]) -> str:
    """Return the days as they are stored."""
    return "\n".join(f"{one.first}/{one.last}" for one in sorted(set(days)))


def coming(texts: Mapping[str, str], today: date) -> Closed | None:
    """Return the closed days that are now, or begin soon; None where patients need not hear of any."""
    days = closed_days(texts) if CLOSED in texts else ()
    return next((one for one in days if one.first - AHEAD <= today <= one.last), None)


def _read(line: str) -> Closed | None:
    first, _, last = line.partition("/")
    try:
        found = Closed(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return found if found.first <= found.last else None
