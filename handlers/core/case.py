"""A patient's situation as one frozen value: all that a decision may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.core.day_limit import Came
from handlers.core.frozen import quick
from handlers.core.messages import Listed
from handlers.core.paper_marks import PaperMark
from handlers.core.papers import Paper
from handlers.core.pending import Confirm, Doubt, Misplaced
from handlers.core.talk import NOBODY, Talk
from handlers.core.travel import Trip
from handlers.core.values import (
    AnsweredBy,
    Answers,
    ClinicId,
    ContactId,
    ContactPoint,
    FollowUpId,
    Language,
    OutboxId,
    PatientId,
    Purpose,
    ResponseId,
    Slot,
)


class Stage(StrEnum):
    """How far a patient is with the clinic."""

    NEW = "new"
    INTAKE = "intake"
    SUBMITTED = "submitted"
    TREATMENT = "treatment"
    CLOSED = "closed"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What a doctor decided after reading; it says nothing about whether a treatment would be possible."""

    OPEN = ""
    CANDIDATE = "candidate"
    """For a consultation."""
    MORE = "more"
    NOT_NOW = "not-now"


class Reach(StrEnum):
    """Whether we may and can write to a contact point."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    """They took back their consent to this channel: they may take it up again by a tap."""
    ASKED = "asked"
    """They came here by a link, and are asked first whether this kind of chat may be used."""
    ENDED = "ended"
    """A helper whose access is over: nothing is asked or shown there any more."""


class ResponseStatus(StrEnum):
    """FHIR QuestionnaireResponse.status."""

    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    AMENDED = "amended"
    STOPPED = "stopped"
    ENTERED_IN_ERROR = "entered-in-error"


class FollowUpState(StrEnum):
    """States of a planned check-in (DESIGN.md, the operational contract)."""

    SCHEDULED = "scheduled"
    HELD = "held"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    MISSED = "missed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@quick
@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic and the words that fill the placeholders of its texts.

    `texts` holds clinic_name, clinic_short, clinic_phone, clinic_emergency_phone, crisis_line,
    hosting_country, hours, reply_days …; a missing one is an empty string.
    `routes` are the treatment routes the clinic may show (int.type codes with a filed plan).
    """

    id: ClinicId
    name: str
    pack: str
    zone: str = "Asia/Tokyo"
    language: Language = Language("en")
    texts: Mapping[str, str] = field(default_factory=dict)
    routes: frozenset[str] = frozenset()


ANY_HOUR: Final = "10:00"
"""When somebody is written to who has told no better hour."""


@quick
@dataclass(frozen=True, slots=True)
class Patient:
    """The person the record is about. `version` rises with every saved change of the case.

    `at_time` is the local hour "HH:MM" at which they like to be written to. `purposes` are consented to now.
    `code` is the short case number staff see. `zone` is where they live, `trips` say when they are elsewhere.
    Nothing is asked before `paused_until`; `talk` says who speaks; `paper_marks` are staff's words on papers.
    """

    id: PatientId
    code: str
    version: int = 0
    stage: Stage = Stage.NEW
    language: Language | None = None
    zone: str = ""
    at_time: str = ANY_HOUR
    name: str = ""
    birth_date: str = ""
    country: str = ""
    role: str = ""
    purposes: frozenset[Purpose] = frozenset()
    created_at: datetime | None = None
    decision: Outcome = Outcome.OPEN
    trips: tuple[Trip, ...] = ()
    paused_until: datetime | None = None
    talk: Talk = NOBODY
    paper_marks: tuple[PaperMark, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where a conversation stands: only what cannot be derived from the answers.

    `response`: whose question stands open. `asked`: that question. `page`: which page of its
    options is shown. `picked`: option codes ticked so far in a multi-choice. `misses`: how often
    in a row it was not understood. `revising`: the slot being asked again by BACK or a change.
    `menu`: what else waits for typed words, by the name its part gives it ("opening:<follow-up>",
    "clock", "withdraw:<purpose>"), or "".
    `last_tap` and `last_tap_at` (ISO 8601) let repeated taps count once. `burst`: handlers/floods.py.
    """

    response: ResponseId | None = None
    asked: Slot | None = None
    page: int = 0
    picked: tuple[str, ...] = ()
    misses: int = 0
    confirm: Confirm | None = None
    revising: Slot | None = None
    menu: str = ""
    last_tap: str = ""
    last_tap_at: str = ""
    seen: tuple[str, ...] = ()
    """linkIds of display items already shown in this response."""
    doubt: Doubt | None = None
    """Until they have said who they are, nothing personal is shown or asked here."""
    burst: int = 0
    listed: Listed = ()
    """The list on the screen, where one came after the question: a number typed then means its row."""


@quick
@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach the patient or a helper, with the dialogue held there."""

    id: ContactId
    point: ContactPoint
    reach: Reach = Reach.ACTIVE
    by: AnsweredBy = AnsweredBy.PATIENT
    dialogue: Dialogue = field(default_factory=Dialogue)
    window_closes_at: datetime | None = None
    last_heard_at: datetime | None = None
    preferred: bool = True
    name: str = ""
    """What a helper is called; empty for the patient."""
    relation: str = ""
    """How a helper is linked to the patient: spouse, child, sibling, parent, friend, prof, other."""
    language: Language | None = None
    """The language to speak here, where it is not the patient's."""


@quick
@dataclass(frozen=True, slots=True)
class Response:
    """One questionnaire being answered or answered. `questionnaire` is its canonical url."""

    id: ResponseId
    questionnaire: str
    version: str
    status: ResponseStatus
    started_at: datetime
    follow_up: FollowUpId | None = None
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One planned check-in. `local` is the wall-clock time "YYYY-MM-DDTHH:MM" in `zone`.

    `due_at`, `window_end` are UTC; staff may send early from `window_start` on.
    """

    id: FollowUpId
    patient: PatientId
    step: str
    anchor: str
    local: str
    zone: str
    window_start: datetime
    due_at: datetime
    window_end: datetime
    state: FollowUpState = FollowUpState.SCHEDULED
    nudges: int = 0
    response: ResponseId | None = None
    outbox: OutboxId | None = None
    reason: str = ""
    next_at: datetime | None = None
    """When the scheduler must look again: the due time, then the next rung of the ladder."""
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A date that the protocol counts from: a procedure's local time in a zone."""

    id: str
    patient: PatientId
    kind: str
    local: str
    zone: str
    route: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Case:
    """Everything about a patient that a decision may look at, read in one go.

    `responses` are the intake's parts, what is in progress, newest last, and the one a tapped button is of.
    `follow_ups` are those not finished. `papers` are the files without what was spoken, `came` with it.
    """

    clinic: Clinic
    patient: Patient
    contact: Contact
    others: tuple[Contact, ...] = ()
    responses: tuple[Response, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    papers: tuple[Paper, ...] = ()
    came: tuple[Came, ...] = ()
    is_new: bool = False
    joins: bool = False
    """The contact is not stored yet: an invited patient writes from a new address."""
    invited: bool = False
    """Somebody new came with an invitation that holds; or somebody in doubt with one for this patient."""
    misplaced: Misplaced = Misplaced.NOT

    def people(self) -> tuple[Contact, ...]:
        """Return every contact whose access holds, this one first."""
        return tuple(c for c in (self.contact, *self.others) if c.reach is not Reach.ENDED)

    def response(self, response_id: str | None) -> Response | None:
        """Return the loaded response with this id, or None."""
        for response in self.responses:
            if response.id == response_id:
                return response
        return None

    def open_response(self) -> Response | None:
        """Return the response the dialogue is about, else the newest in progress, or None."""
        current = self.response(self.contact.dialogue.response)
        if current and current.status is ResponseStatus.IN_PROGRESS:
            return current
        running = [r for r in self.responses if r.status is ResponseStatus.IN_PROGRESS]
        return running[-1] if running else None
