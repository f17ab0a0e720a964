"""What the console reads: opened values, frozen, for one clinic at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.core.case import Anchor, Contact, FollowUp, Patient, Response, Stage
from handlers.core.changes import Level
from handlers.core.inspection import Inspection
from handlers.core.papers import DocumentState, Verdict
from handlers.core.summary.told import ToldConsent, ToldDecision
from handlers.core.values import (
    Answer,
    AnsweredBy,
    ChannelKind,
    ContactId,
    DocumentId,
    PatientId,
    ResponseId,
    Slot,
)


@dataclass(frozen=True, slots=True)
class FlagView:
    """A raised flag. `evidence` is (linkId, the patient's words) per source answer."""

    id: str
    patient: PatientId
    rule: str
    rule_version: str
    level: Level
    route: str
    staff_text: str
    evidence: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    response: ResponseId | None
    raised_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskView:
    """Work for a person. `code` is the patient's case number, empty where there is no patient."""

    id: str
    kind: str
    note: str
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: str = ""
    patient: PatientId | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One line of the patients' list. `flags` counts the open flags by level."""

    id: PatientId
    code: str
    initials: str
    stage: Stage
    language: str
    zone: str
    last_heard_at: datetime | None
    flags: Mapping[Level, int]
    next_step: str = ""
    next_due_at: datetime | None = None
    silent_since: datetime | None = None
    """When the check-in was opened to which nobody has said a word."""


@dataclass(frozen=True, slots=True)
class PatientsPage:
    """A page of the list, and how many there are in all."""

    rows: tuple[PatientRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer that was changed or dropped later, at `until`."""

    slot: Slot
    answer: Answer
    until: datetime


@dataclass(frozen=True, slots=True)
class ResponseView:
    """A response with its answers and what stood there before."""

    response: Response
    completed_at: datetime | None = None
    history: tuple[PastAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A file that a patient sent. `mime` is what was found in the bytes, else the sender's word."""

    id: DocumentId
    patient: PatientId
    kind: str
    name: str
    mime: str
    size: int | None
    sha256: str
    caption: str
    purpose: str
    state: DocumentState
    received_at: datetime
    by: AnsweredBy
    reason: str = ""
    verdict: Verdict = Verdict.OPEN
    dated: str = ""
    """The date that staff read on it, as far as they could, or ""."""
    response: ResponseId | None = None
    """The response during which it was sent, where there was one."""
    inspection: Inspection | None = None
    """What looking into the file found out; None where nothing has."""
    who: ContactId | None = None
    """The contact that it came from."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of the timeline: theirs or ours, with how far ours got."""

    at: datetime
    inbound: bool
    text: str
    state: str
    channel: ChannelKind | None = None
    kind: str = ""
    by_staff: bool = False
    """Whether a person of the clinic wrote it."""
    asks: tuple[tuple[ResponseId, int], ...] = ()
    """The questions that its buttons answer, as (response, index in its questionnaire)."""
    is_restricted: bool = False
    """The reader may not see what it says."""
    code: str = ""
    """Of one of ours: why it has not left, or by which code it failed."""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the console shows of one patient."""

    patient: Patient
    contacts: tuple[Contact, ...] = ()
    consents: tuple[ToldConsent, ...] = ()
    responses: tuple[ResponseView, ...] = ()
    flags: tuple[FlagView, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    messages: tuple[MessageView, ...] = ()
    merged_into: PatientId | None = None
    merged: tuple[Patient, ...] = ()
    decisions: tuple[ToldDecision, ...] = ()
    """Newest first."""
    is_erased: bool = False
    """There is no key to any of it any more."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the audit log. `about` is the subject's case number or name, where it has one."""

    at: datetime
    actor: str
    action: str
    subject: str
    about: str = ""
    seq: int = 0
    """Its place in the clinic's record."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two patients who may be the same person, with the reason: birth date or name."""

    one: Patient
    other: Patient
    reason: str


@dataclass(frozen=True, slots=True)
class MergeView:
    """A merge that can still be undone."""

    id: str
    patient: Patient
    into: Patient
    at: datetime
    by: str
