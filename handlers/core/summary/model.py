"""A summary as frozen values: flags first, then what a doctor looks for, in the order they look for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.core.changes import Level
from handlers.core.summary.told import ToldDecision
from handlers.core.values import AnsweredBy


class Heading(StrEnum):
    """The headings, in their order (clinical.md section 20)."""

    COURSE = "course"
    MEDICINES = "medicines"
    RISKS = "risks"
    FUNCTION = "function"
    GOALS = "goals"
    OTHER = "other"


class PaperStatus(StrEnum):
    """How it stands with a paper that was asked for."""

    WANTED = "wanted"
    RECEIVED = "received"
    UNREADABLE = "unreadable"
    ACCEPTED = "accepted"
    NOT_NEEDED = "not-needed"


class Gap(StrEnum):
    """Why something is missing."""

    SKIPPED = "skipped"
    UNSURE = "unsure"
    SPOKEN = "spoken"
    """It was said in a voice note that nobody has written down yet."""
    PAPER = "paper"
    PART = "part"
    """A whole part of the intake was not answered yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer in the clinic's language.

    `original` are the patient's own words where they differ: a label in their language, or "".
    `verbatim` marks free text: it stands there as it was typed, in whatever language that is.
    `plain_no` marks an answer that says no and nothing else: a reader in a hurry passes over it.
    `hidden` means that the reader's role may not see it.
    `place` is which of its instances it is, where the question is asked more than once.
    """

    link_id: str
    question: str
    answer: str
    original: str = ""
    verbatim: bool = False
    plain_no: bool = False
    hidden: bool = False
    by: AnsweredBy = AnsweredBy.PATIENT
    place: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The lines under one heading."""

    heading: Heading
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag: the clinic's rule, and (question, words) per answer behind it.

    `hidden`: an answer behind it is sensitive and the reader may not see those, so nothing is told of it.
    """

    id: str
    rule: str
    level: Level
    text: str
    quotes: tuple[tuple[str, str], ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper that was asked for, how it stands with it, and how many files came."""

    link_id: str
    question: str
    status: PaperStatus
    files: int = 0
    dated: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not known, and why."""

    link_id: str
    question: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Teller:
    """Who answered, and how many of the answers. A helper has a name and a relation, if they gave one."""

    by: AnsweredBy
    answers: int
    name: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that was changed after the intake was sent; `after` is "" where it was taken back."""

    link_id: str
    question: str
    before: str
    after: str
    at: datetime
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What the clinic receives. `at` is when it last changed; `version` counts from 1."""

    code: str
    version: int
    at: datetime | None
    sent_at: datetime | None
    name: str
    birth_date: str
    country: str
    language: str
    flags: tuple[FlagLine, ...]
    closed: tuple[FlagLine, ...]
    """Flags that a doctor has closed."""
    undecided: int
    sections: tuple[Section, ...]
    papers: tuple[PaperLine, ...]
    missing: tuple[Missing, ...]
    tellers: tuple[Teller, ...]
    differences: tuple[Difference, ...]
    decision: ToldDecision | None = None
