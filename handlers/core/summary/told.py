"""What a summary is made from: a patient's record as far as it matters, in values of the core."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.core.case import Contact, Outcome, Patient, Response
from handlers.core.changes import Level
from handlers.core.papers import Paper
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.values import Answer, AnsweredBy, ContactId, Purpose, ResponseId


@dataclass(frozen=True, slots=True)
class Superseded:
    """An answer that stood there until `until`, when it was changed or dropped."""

    answer: Answer
    until: datetime


@dataclass(frozen=True, slots=True)
class ToldResponse:
    """One part of the intake with what its answers said before. `closed_at` is when it last changed hands."""

    response: Response
    closed_at: datetime | None = None
    history: tuple[Superseded, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldFlag:
    """A flag as it was raised. `evidence` is (linkId, the patient's words) per source answer."""

    id: str
    rule: str
    level: Level
    route: str
    staff_text: str
    evidence: tuple[tuple[str, str], ...]
    response: ResponseId | None
    raised_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToldPaper:
    """A file that came in, with what is known of its bytes. `who` is the contact that it came from."""

    paper: Paper
    name: str
    mime: str
    size: int | None
    sha256: str
    by: AnsweredBy
    who: ContactId | None = None


@dataclass(frozen=True, slots=True)
class ToldConsent:
    """The latest yes or no to one purpose."""

    purpose: Purpose
    given: bool
    text_version: str
    language: str
    at: datetime
    by: AnsweredBy
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """What a doctor decided last, and when."""

    outcome: Outcome
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that one patient's summary is made from. `responses` are those of the intake alone."""

    patient: Patient
    contacts: tuple[Contact, ...] = ()
    consents: tuple[ToldConsent, ...] = ()
    responses: tuple[ToldResponse, ...] = ()
    flags: tuple[ToldFlag, ...] = ()
    papers: tuple[ToldPaper, ...] = ()
    decision: ToldDecision | None = None


class Words(Protocol):
    """Questions, answers and rules in one language."""

    @property
    def language(self) -> str:
        """Return the language's code."""
        ...

    def question(self, questionnaire: Questionnaire, item: Item) -> str:
        """Return the question, or a group's title."""
        ...

    def answer(self, questionnaire: Questionnaire, item: Item, answer: Answer) -> str:
        """Return all values of an answer, joined, or why it has none."""
        ...

    def retold(self, item: Item, said: str) -> str:
        """Return words kept beside a flag, the engine's own marks and dates said in this language."""
        ...

    def titled(self, key: str, otherwise: str) -> str:
        """Return the text under `key`, or another one where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom a summary is made: the clinic's words, the patient's, and whether sensitive answers show."""

    clinic: Words
    patient: Words
    sees_sensitive: bool
