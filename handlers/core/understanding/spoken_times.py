"""Times and years in words: noon, half past nine, 正午, last year, 去年."""

import re
from datetime import date

from handlers.core.turn import Words
from handlers.core.understanding.folding import fold_known
from handlers.core.understanding.numbers import spoken_number, western
from handlers.core.values import PartialDate

_HOURS = 12


def in_digits(heard: str, words: Words) -> str:
    """Return a plain text with its one spoken time in digits: "half past nine" becomes "9:30"."""
    for mark, minute in (("half_past", 30), ("quarter_past", 15), ("quarter_to", -15)):
        for word in _known(words, mark):
            if heard.startswith(word):
                return _after(heard.removeprefix(word).strip(), minute, words) or heard
    for word in _known(words, "oclock"):
        if heard.endswith(word):
            return _hour(heard.removesuffix(word).strip(), words) or heard
    return heard


def with_named_hours(heard: str, words: Words) -> tuple[str, bool]:
    """Return a plain text with noon and midnight in digits, and whether midnight stood there.

    The midnight of a day may be its first or its last moment.
    """
    for mark, clock in (("noon", "12:00"), ("midnight", "0:00")):
        for word in _known(words, mark):
            # Where words have spaces between them, "afternoon" holds no noon.
            edge = r"\b" if word.isascii() else ""
            changed, count = re.subn(f"{edge}{re.escape(word)}{edge}", f" {clock} ", heard, count=1)
            if count:
                return " ".join(changed.split()), mark == "midnight"
    return heard, False


def named_year(heard: str, words: Words, today: date) -> PartialDate | None:
    """Return the year or month that words such as "last year" or 先月 name, or None."""
    for mark, years in (("this_year", 0), ("last_year", 1), ("year_before_last", 2)):
        if heard in _known(words, mark):
            return PartialDate(today.year - years)
    for mark, months in (("this_month", 0), ("last_month", 1)):
        if heard in _known(words, mark):
            year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
            return PartialDate(year, month + 1)
    return None


def _after(hour_text: str, minute: int, words: Words) -> str:
    hour = _hour(hour_text, words)
    if not hour:
        return ""
    if minute > 0:
        return f"{hour}:{minute}"
    return f"{(int(hour) - 2) % _HOURS + 1}:{60 + minute}"


def _hour(text: str, words: Words) -> str:
    number = int(text) if re.fullmatch(r"\d{1,2}", text, re.ASCII) else spoken_number(text, words)
    return str(number) if number is not None and 1 <= number <= _HOURS else ""


def _known(words: Words, mark: str) -> list[str]:
    return sorted((western(fold_known(word)) for word in words.marks.get(mark, ())), key=len, reverse=True)
