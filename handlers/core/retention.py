"""When data must go (clinical.md, section 19): decided from dates alone, as the clinic told its patients.

The months stand in the clinic's own words, the same that its consent text names: what is told is done.
A class whose months nobody has entered never goes by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from whenever import Instant

from handlers.core.case import Stage


class DataClass(StrEnum):
    """What is kept for how long."""

    UNFINISHED = "unfinished"
    NOT_TREATED = "not-treated"
    AFTER_CARE = "after-care"
    VOICE = "voice"
    PASSPORT = "passport"
    UPLOADS = "uploads"
    AUDIT = "audit"
    BACKUPS = "backups"


_DIGITS: Final = 5

MONTHS_IN: Final[Mapping[DataClass, str]] = {
    DataClass.UNFINISHED: "months_unfinished",
    DataClass.NOT_TREATED: "months_not_treated",
    DataClass.AFTER_CARE: "months_after_care",
}
"""Which of the clinic's own words say how many months a class is kept."""

FIXED: Final[Mapping[DataClass, timedelta]] = {
    DataClass.VOICE: timedelta(days=30),
    DataClass.PASSPORT: timedelta(days=30),
    DataClass.UPLOADS: timedelta(days=8),
    DataClass.AUDIT: timedelta(days=3 * 365),
    DataClass.BACKUPS: timedelta(days=35),
}
"""How long the other classes are kept by default.

One backup holds all clinics, and patients are told its 35 days; uploads go with their links: no clinic sets
those two.
"""


@dataclass(frozen=True, slots=True)
class Span:
    """In which of the clinic's own words the days of a class stand, and between which bounds (draft)."""

    word: str
    least: int
    most: int


DAYS_IN: Final[Mapping[DataClass, Span]] = {
    DataClass.VOICE: Span("days_voice", 1, 180),
    DataClass.PASSPORT: Span("days_passport", 1, 180),
    DataClass.AUDIT: Span("days_audit", 3 * 365, 10 * 365),
}
"""What a clinic may set. Who looked at what is never forgotten sooner than clinical.md says."""


def days_of(said: str, data_class: DataClass) -> int | None:
    """Return the days that somebody entered for a class; None where it is no number within the bounds."""
    span, told = DAYS_IN[data_class], said.strip()
    days = int(told) if told.isascii() and told.isdecimal() and len(told) <= _DIGITS else 0
    return days if span.least <= days <= span.most else None


def kept_for(texts: Mapping[str, str], data_class: DataClass) -> timedelta:
    """Return how long a clinic keeps a class of FIXED: what it has set, else the default."""
    span = DAYS_IN.get(data_class)
    days = days_of(texts.get(span.word, ""), data_class) if span else None
    return FIXED[data_class] if days is None else timedelta(days=days)


ERASING: Final = "erasing"
BY_A_PERSON: Final = "by-a-person"
BY_ITSELF: Final = "by-itself"
"""What a clinic may choose: whether the wish of a patient to be erased is left to a person."""

ERASE_AFTER: Final = timedelta(days=1)
"""So long such a wish can be taken back before anything goes by itself."""


def erases_by_itself(texts: Mapping[str, str]) -> bool:
    """Say whether a clinic lets patients who were not treated be erased without a person's look."""
    return texts.get(ERASING, BY_A_PERSON) == BY_ITSELF


class Deed(StrEnum):
    """What happens when a patient's time is over."""

    ERASE = "erase"
    ASK = "ask"
    """Staff are asked: whoever was treated goes into the clinic's record first, which no program can see."""


@dataclass(frozen=True, slots=True)
class Life:
    """The dates of a patient's record that decide when it goes."""

    patient: str
    code: str
    stage: Stage
    last_word: datetime
    treated: bool
    last_check_in: datetime | None
    pending: bool
    on_hold: bool


@dataclass(frozen=True, slots=True)
class Due:
    """When a patient's record goes, as which class, and what is done then. None: not by itself."""

    patient: str
    code: str
    data_class: DataClass
    at: datetime | None
    deed: Deed
    on_hold: bool


def months_of(texts: Mapping[str, str], data_class: DataClass) -> int | None:
    """Return how many months a class is kept; None where the clinic has entered no number above zero."""
    said = texts.get(MONTHS_IN[data_class], "").strip()
    return int(said) or None if said.isascii() and said.isdecimal() else None


def due_of(life: Life, texts: Mapping[str, str]) -> Due:
    """Return when a patient's record goes. Nobody goes by itself before all is over.

    `pending` says that a check-in or the case of a possible adverse event is still open.
    """
    data_class, since = _counted_from(life)
    months = months_of(texts, data_class)
    at = None if months is None or life.pending else _later(since, months)
    deed = Deed.ASK if data_class is DataClass.AFTER_CARE else Deed.ERASE
    return Due(life.patient, life.code, data_class, at, deed, life.on_hold)


def _counted_from(life: Life) -> tuple[DataClass, datetime]:
    if life.treated:
        return DataClass.AFTER_CARE, max(life.last_word, life.last_check_in or life.last_word)
    if life.stage in {Stage.NEW, Stage.INTAKE}:
        return DataClass.UNFINISHED, life.last_word
    return DataClass.NOT_TREATED, life.last_word


def _later(since: datetime, months: int) -> datetime:
    return Instant(since).to_tz("UTC").add(months=months).to_stdlib()
