"""What staff typed to find a patient, taken apart (pure): every word must fit, each in one of its ways."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from storage.search.tokens import BORN, NAME, NUMBER, Part
from storage.search.words import SHORTEST_TAIL, TAIL, asked_parts, digits_in

MOST_WORDS: Final = 8
_NUMBER: Final = re.compile(r"[+(]?\d[\d\s().\-\u2010-\u2015/]*")
_DAYS: Final = (
    re.compile(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, and what it may be: a part of the case number, of a name or a number, an address, a day.

    `parts` must all be found at one patient; none means that it is nothing of that kind.
    """

    text: str
    parts: frozenset[Part] = frozenset()
    day: date | None = None


def words_in(typed: str) -> tuple[Word, ...]:
    """Return the words of what was typed; a day or a number stays one word, whatever stands within it."""
    text = typed.strip()
    if (day := day_in(text)) is not None:
        return (_of_day(text, day),)
    if _NUMBER.fullmatch(text) and len(digits_in(text)) >= SHORTEST_TAIL:
        return (_word(text),)
    return tuple(_word(one) for one in text.split()[:MOST_WORDS])


def day_in(text: str) -> date | None:
    """Return the day that is written here: 1958-04-12, 1958/4/12, 1958年4月12日 or 12.4.1958."""
    for form in _DAYS:
        if found := form.fullmatch(text):
            try:
                return date(*(int(found[name]) for name in ("year", "month", "day")))
            except ValueError:
                return None
    return None


def _word(text: str) -> Word:
    if (day := day_in(text)) is not None:
        return _of_day(text, day)
    digits = digits_in(text)
    if _NUMBER.fullmatch(text) and len(digits) >= SHORTEST_TAIL:
        return Word(text, frozenset({Part(NUMBER, digits[-TAIL:])}))
    return Word(text, frozenset(Part(NAME, part) for part in asked_parts(text)))


def _of_day(text: str, day: date) -> Word:
    return Word(text, frozenset({Part(BORN, day.isoformat())}), day)
