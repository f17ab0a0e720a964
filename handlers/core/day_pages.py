"""A day by taps: a page of days from a given one on, and the ways to later pages (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whenever import Date

from handlers.core.limits import Limits

MOST_AHEAD: Final = 24
"""Months ahead within which a day is offered: a trip further off is told when it comes nearer."""
_TURNS: Final = 2
"""Buttons that turn the page: a few days on, a month on."""
_MOST_DAYS: Final = 10


@dataclass(frozen=True, slots=True)
class DayPage:
    """The days that are shown, and where the next pages begin: after these, and a month on."""

    days: Sequence[Date]
    after: Date
    month_on: Date


def day_page(first: Date, limits: Limits) -> DayPage:
    """Return the page that begins with `first`, as many days as this channel shows."""
    room = min(_MOST_DAYS, limits.rows, limits.pad) - _TURNS
    days = [first.add(days=number) for number in range(room)]
    return DayPage(days, first.add(days=room), first.add(months=1))


def tag_of(day: Date) -> str:
    """Return a day as it stands in a button's id: 20260302."""
    return day.format_iso().replace("-", "")


def day_of(tag: str) -> Date | None:
    """Return the day in a button's id, None if it holds none."""
    if len(tag) != len("20260302") or not (tag.isascii() and tag.isdecimal()):
        return None
    try:
        return Date(int(tag[:4]), int(tag[4:6]), int(tag[6:]))
    except ValueError:
        return None
