"""Reading dates: which of the possible readings is meant, and whether that must be asked back."""

import re
from calendar import monthrange
from datetime import date, timedelta

from handlers.core.frozen import replace
from handlers.core.questionnaire import Item
from handlers.core.turn import Words
from handlers.core.understanding.date_shapes import Reading, readings
from handlers.core.understanding.folding import fold, fold_known, plain
from handlers.core.understanding.numbers import spoken_number, western, without_marks
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.understanding.spoken_times import named_year
from handlers.core.values import PartialDate

LONGEST_DATE = 60
FIRST_YEAR = 1800
LAST_YEAR = 2200
YEARS_AHEAD = 10
"""How far in the future a two-digit year may lie where nothing else decides."""

_OTHER_CALENDARS = (range(1200, 1500), range(2400, 2700))
_FULL = "chat.not_understood.full_date"
_IMPOSSIBLE = NotUnderstood("chat.not_understood.impossible_date")


def read_date(item: Item, text: str, words: Words, *, today: date) -> Outcome:
    """Read an answer to a date item: full, or to the month or year where the item takes that."""
    if len(text) > LONGEST_DATE:
        return NotUnderstood(_key(item))
    heard = western(fold(text))
    dated = without_marks(heard, words, ("filler",))
    rest = without_marks(dated, words, ("about", "filler"))
    about = rest != dated or "~" in plain(text)
    offset = {fold_known(word): days for word, days in words.days.items()}.get(rest)
    if offset is not None:
        return Understood((_partial(today + timedelta(days=offset)),))
    ago = _years_ago(rest, words, today=today)
    if ago is not None:
        return Likely((ago,)) if item.constraints.partial_date else NotUnderstood(_key(item))
    # "last year": a filler such as "year" is part of it.
    spoken = (rest, without_marks(heard, words, ("about",)), heard)
    named = next((year for each in spoken if (year := named_year(each, words, today))), None)
    if named is not None:
        is_taken = item.constraints.partial_date
        return Understood((replace(named, about=about),)) if is_taken else NotUnderstood(_FULL)
    return _choose(item, readings(rest, words), today=today, about=about)


def _choose(item: Item, found: list[Reading], *, today: date, about: bool) -> Outcome:
    if not found:
        return NotUnderstood(_key(item))
    if any(found[0].year in years for years in _OTHER_CALENDARS) and found[0].era is None:
        return NotUnderstood("chat.not_understood.calendar")
    possible = [each for reading in found for each in _centuries(reading, item, today) if _exists(each)]
    if not possible:
        return _IMPOSSIBLE
    dates = list(dict.fromkeys(PartialDate(r.year, r.month, r.day, about) for r in possible))
    if dates[0].day is None and not item.constraints.partial_date:
        return NotUnderstood(_FULL)
    sure = len(dates) == 1 and possible[0].sure
    return Understood((dates[0],)) if sure else Likely((dates[0],))


def _centuries(reading: Reading, item: Item, today: date) -> list[Reading]:
    if not reading.short_year:
        return [reading]
    both = [replace(reading, year=century + reading.year) for century in (2000, 1900)]
    fitting = [each for each in both if _fits(each, item, today)]
    return fitting or both[1:]


def _fits(reading: Reading, item: Item, today: date) -> bool:
    limits = item.constraints
    youngest = today.year - (limits.min_age_years or 0)
    oldest = today.year - (limits.max_age_years or YEARS_AHEAD * 12) - 1
    bounded = limits.not_future or limits.min_age_years is not None
    if not bounded:
        return today.year + YEARS_AHEAD - 100 < reading.year <= today.year + YEARS_AHEAD
    return oldest <= reading.year <= youngest and (
        not limits.not_future or (reading.year, reading.month or 1) <= (today.year, today.month)
    )


def _exists(reading: Reading) -> bool:
    if not FIRST_YEAR <= reading.year <= LAST_YEAR or not 1 <= _or_one(reading.month) <= 12:  # noqa: PLR2004 - months
        return False
    if (
        reading.month is not None
        and not 1 <= _or_one(reading.day) <= monthrange(reading.year, reading.month)[1]
    ):
        return False
    return reading.era is None or reading.era.holds(reading.year, reading.month, reading.day)


def _or_one(day: int | None) -> int:
    return 1 if day is None else day


def _years_ago(heard: str, words: Words, *, today: date) -> PartialDate | None:
    for word in words.marks.get("ago", ()):
        rest = heard.removesuffix(fold_known(word)).strip() if heard.endswith(fold_known(word)) else ""
        years = int(rest) if re.fullmatch(r"\d{1,2}", rest) else spoken_number(rest, words)
        if years is not None:
            return PartialDate(today.year - years, about=True)
    return None


def _partial(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


def _key(item: Item) -> str:
    return f"chat.not_understood.{'partial_date' if item.constraints.partial_date else 'date'}"
