"""Japanese eras and the Republic of China's calendar, with their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Era:
    """An era: its first and last day; year 1 is the year of the first day."""

    first: date
    last: date = date.max

    def year(self, number: int) -> int | None:
        """Return the western year of the era's year `number`, or None outside its bounds."""
        year = self.first.year + number - 1
        return year if number >= 1 and year <= self.last.year else None

    def holds(self, year: int, month: int | None, day: int | None) -> bool:
        """Say whether a date, possibly partial, falls into the era at least in part."""
        earliest = (year, month or 1, day or 1)
        latest = (year, month or 12, day or 31)
        return latest >= _parts(self.first) and earliest <= _parts(self.last)


REIWA = Era(date(2019, 5, 1))
HEISEI = Era(date(1989, 1, 8), date(2019, 4, 30))
SHOWA = Era(date(1926, 12, 25), date(1989, 1, 7))
TAISHO = Era(date(1912, 7, 30), date(1926, 12, 25))
MEIJI = Era(date(1868, 1, 25), date(1912, 7, 30))
MINGUO = Era(date(1912, 1, 1))

ERAS: Mapping[str, Era] = MappingProxyType(
    {
        "令和": REIWA,
        "平成": HEISEI,
        "昭和": SHOWA,
        "大正": TAISHO,
        "明治": MEIJI,
        "reiwa": REIWA,
        "heisei": HEISEI,
        "showa": SHOWA,
        "taisho": TAISHO,
        "meiji": MEIJI,
        "r": REIWA,
        "h": HEISEI,
        "s": SHOWA,
        "t": TAISHO,
        "m": MEIJI,
        "民國": MINGUO,
        "民国": MINGUO,
        "中華民國": MINGUO,
        "minguo": MINGUO,
    }
)
"""Names of eras as folded text."""


def _parts(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day
