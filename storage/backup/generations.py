"""Which backups stay: the newest, one a day for a week, one a week for five weeks; none beyond that."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

DAILY: Final = 7
WEEKLY: Final = 5
KEPT: Final = timedelta(days=35)
"""Erased patients are in no backup any more after so long (clinical.md, section 19)."""


def outdated(made: Iterable[datetime], now: datetime) -> set[datetime]:
    """Return the times of the backups that go; the newest of all always stays."""
    newest_first = sorted(made, reverse=True)
    young = [one for one in newest_first if now - one <= KEPT]
    by_day = _newest_of_each(young, "%Y-%m-%d")[:DAILY]
    by_week = _newest_of_each(young, "%G-%V")[:WEEKLY]
    return set(newest_first) - {*newest_first[:1], *by_day, *by_week}


def _newest_of_each(newest_first: list[datetime], pattern: str) -> list[datetime]:
    found: dict[str, datetime] = {}
    for one in newest_first:
        found.setdefault(one.strftime(pattern), one)
    return list(found.values())
