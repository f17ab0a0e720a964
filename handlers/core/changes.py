"""What a decision leads to: a closed set of changes that storage writes in one transaction.

A decision (`handlers`) returns a list of these and touches nothing; `storage` applies them in
order, in the same transaction that settles the inbox row or the follow-up that caused them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.core.case import (
    Anchor,
    Contact,
    FollowUp,
    FollowUpState,
    Patient,
    Reach,
    Response,
    ResponseStatus,
)
from handlers.core.events import Delivery
from handlers.core.messages import Body, Lane
from handlers.core.values import (
    Answer,
    AnsweredBy,
    ContactId,
    DocumentId,
    FollowUpId,
    OutboxId,
    PatientId,
    Purpose,
    ResponseId,
    Slot,
)


@dataclass(frozen=True, slots=True)
class AddPatient:
    """A first hello: the patient, their key and their contact point come into being."""

    patient: Patient
    contact: Contact


@dataclass(frozen=True, slots=True)
class SavePatient:
    """The patient's own fields (language, zone, stage, name …) as they are from now on."""

    patient: Patient


@dataclass(frozen=True, slots=True)
class SaveContact:
    """A contact's dialogue, reach and window as they are from now on."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class AddContact:
    """A further way to reach the patient."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class StartResponse:
    """A questionnaire is begun."""

    response: Response


@dataclass(frozen=True, slots=True)
class CloseResponse:
    """A response is completed, amended or stopped."""

    response: ResponseId
    status: ResponseStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class PutAnswer:
    """An answer is given or changed; what stood there before is kept as history."""

    response: ResponseId
    answer: Answer


@dataclass(frozen=True, slots=True)
class DropAnswer:
    """An answer no longer holds because another one changed; it is kept as history."""

    response: ResponseId
    slot: Slot
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """A yes or no to one purpose, with the text it was given to (clinical.md section 5)."""

    purpose: Purpose
    given: bool
    text_version: str
    text_hash: str
    language: str
    at: datetime
    by: AnsweredBy
    name: str = ""


@dataclass(frozen=True, slots=True)
class DropHealthData:
    """Consent to health data was refused or withdrawn before sending: delete the answers.

    What stays: the refusal record, the patient row without name, ids and hashes.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """A message to send. `dedupe_key` makes it unique by meaning; a second one adds nothing."""

    id: OutboxId
    contact: ContactId
    body: Body
    dedupe_key: str
    not_before: datetime
    expires_at: datetime | None = None
    lane: Lane = Lane.TURN
    turn: str = ""
    resend_if_uncertain: bool = True
    follow_up: FollowUpId | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True)
class CancelQueued:
    """Everything still queued for this contact (or the whole patient) is cancelled."""

    contact: ContactId | None
    reason: str


@dataclass(frozen=True, slots=True)
class MoveSend:
    """A receipt: the message of ours with this provider id moves up to `state`, never down."""

    provider_id: str
    state: Delivery
    at: datetime
    outbox_id: str = ""
    code: str = ""


class DocumentState(StrEnum):
    """How far a file is on its way to us."""

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AddDocument:
    """A file waiting at the service; the fetch worker brings it in."""

    id: DocumentId
    contact: ContactId
    ref: str
    kind: str
    name: str
    mime: str
    size: int | None
    caption: str
    purpose: str
    at: datetime
    by: AnsweredBy
    source: str
    slot: Slot | None = None
    response: ResponseId | None = None


class Level(StrEnum):
    """How loud a flag is. Pre-screen levels (staff only) and follow-up levels."""

    STOP = "STOP"
    LIKELY_NO = "LIKELY_NO"
    REVIEW = "REVIEW"
    MISSING = "MISSING"
    INFO = "INFO"
    SAFETY = "SAFETY"
    UNDECIDED = "UNDECIDED"
    RED = "RED"
    CRISIS = "CRISIS"
    ORANGE = "ORANGE"
    YELLOW = "YELLOW"


@dataclass(frozen=True, slots=True)
class RaiseFlag:
    """An answer that staff must see: rule, level and the patient's own words beside it.

    `evidence` is (linkId, the answer's words as given) per source answer. `key` makes it unique:
    the same rule on the same response and treatment route is raised once.
    """

    key: str
    rule: str
    rule_version: str
    level: Level
    route: str
    staff_text: str
    evidence: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    response: ResponseId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplaceFlags:
    """The flags of one response are computed anew: those not listed here are withdrawn."""

    response: ResponseId
    flags: tuple[RaiseFlag, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Work for a person. `key` makes it unique: a second one adds nothing while it is open."""

    kind: str
    key: str
    at: datetime
    note: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CloseTask:
    """The task with this key is done."""

    key: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class SetAnchor:
    """A treatment date was entered or moved."""

    anchor: Anchor
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PlanFollowUps:
    """New planned check-ins; (patient, anchor, step) is unique, so planning again adds nothing."""

    follow_ups: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class SaveFollowUp:
    """A follow-up's state as it is from now on. `fence` (from its lease) must still hold, if given."""

    follow_up: FollowUp
    fence: int | None = None


@dataclass(frozen=True, slots=True)
class SettleInbox:
    """The inbox row that caused this is done; its fence must still hold.

    `keep` re-seals the raw body under the patient's key; otherwise the body is dropped.
    """

    inbox_id: str
    fence: int
    keep: bool
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SetReach:
    """A contact is reachable, blocked or stopped from now on."""

    contact: ContactId
    reach: Reach
    at: datetime


@dataclass(frozen=True, slots=True)
class SpendInvitation:
    """A one-time invitation is used up; if somebody was faster, nothing of this is written."""

    payload: str
    at_system: datetime


@dataclass(frozen=True, slots=True)
class FinishTask:
    """Staff are done with one task, known by its row's id, and say why."""

    task: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CloseFlag:
    """A doctor closes one flag, known by its row's id, and says why."""

    flag: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class MergePatients:
    """Staff found that the case's patient is the same person as `into`, under whom they are shown.

    Nothing is moved: answers and files stay with the record and the key that they came under.
    """

    id: str
    into: PatientId
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class UnmergePatients:
    """A merge of the case's patient was wrong: both records stand apart again."""

    id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Who did what to which record; no clinical words."""

    actor: str
    action: str
    subject: str
    at: datetime


Change = (
    AddPatient
    | SavePatient
    | SaveContact
    | AddContact
    | StartResponse
    | CloseResponse
    | PutAnswer
    | DropAnswer
    | RecordConsent
    | DropHealthData
    | Queue
    | CancelQueued
    | MoveSend
    | AddDocument
    | RaiseFlag
    | ReplaceFlags
    | OpenTask
    | CloseTask
    | SetAnchor
    | PlanFollowUps
    | SaveFollowUp
    | SettleInbox
    | SpendInvitation
    | SetReach
    | FinishTask
    | CloseFlag
    | MergePatients
    | UnmergePatients
    | Audit
)

NEVER = timedelta(days=36500)
"""A waiting time that means: not by itself."""

FINISHED = frozenset({FollowUpState.COMPLETED, FollowUpState.MISSED, FollowUpState.CANCELLED})
"""States in which a follow-up asks for nothing more."""
