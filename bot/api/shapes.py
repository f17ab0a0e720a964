"""What the API gives, as JSON. Moments are UTC in ISO 8601; dates of treatments are local."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, PlainSerializer

from handlers.core.case import Anchor, Contact, FollowUp
from handlers.core.changes import Level
from handlers.core.course import Difference
from handlers.core.summary.told import ToldConsent
from storage.views.models import DocumentView, FlagView, PatientRow, Record, TaskView


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Moment = Annotated[datetime, PlainSerializer(_utc, return_type=str)]


class PatientLine(BaseModel):
    """A patient in the list: no name, no words."""

    id: str
    code: str
    stage: str
    language: str
    zone: str
    last_heard_at: Moment | None
    flags: dict[Level, int]
    next_step: str
    next_due_at: Moment | None
    silent_since: Moment | None

    @classmethod
    def of(cls, row: PatientRow) -> "PatientLine":
        """Return a row of the list."""
        return cls(
            id=row.id,
            code=row.code,
            stage=row.stage.value,
            language=row.language,
            zone=row.zone,
            last_heard_at=row.last_heard_at,
            flags=dict(row.flags),
            next_step=row.next_step,
            next_due_at=row.next_due_at,
            silent_since=row.silent_since,
        )


class PatientList(BaseModel):
    """A page of the list, the last heard of first, and how many there are in all."""

    total: int
    patients: list[PatientLine]


class ContactShape(BaseModel):
    """A way to reach somebody: never the address itself."""

    id: str
    channel: str
    by: str
    reach: str
    preferred: bool
    last_heard_at: Moment | None
    window_closes_at: Moment | None

    @classmethod
    def of(cls, contact: Contact) -> "ContactShape":
        """Return a contact."""
        return cls(
            id=contact.id,
            channel=contact.point.channel.value,
            by=contact.by.value,
            reach=contact.reach.value,
            preferred=contact.preferred,
            last_heard_at=contact.last_heard_at,
            window_closes_at=contact.window_closes_at,
        )


class ConsentShape(BaseModel):
    """The latest yes or no to one purpose."""

    purpose: str
    given: bool
    at: Moment

    @classmethod
    def of(cls, consent: ToldConsent) -> "ConsentShape":
        """Return a consent."""
        return cls(purpose=consent.purpose.value, given=consent.given, at=consent.at)


class DateShape(BaseModel):
    """A treatment date on the wall clock of `zone`."""

    id: str
    kind: str
    local: str
    zone: str

    @classmethod
    def of(cls, anchor: Anchor) -> "DateShape":
        """Return a date."""
        return cls(id=anchor.id, kind=anchor.kind, local=anchor.local, zone=anchor.zone)


class FollowUpShape(BaseModel):
    """A check-in of the care plan; `state` as in the contract export."""

    id: str
    step: str
    local: str
    zone: str
    due_at: Moment
    window_end: Moment
    state: str
    reason: str

    @classmethod
    def of(cls, one: FollowUp) -> "FollowUpShape":
        """Return a check-in."""
        return cls(
            id=one.id,
            step=one.step,
            local=one.local,
            zone=one.zone,
            due_at=one.due_at,
            window_end=one.window_end,
            state=one.state.value,
            reason=one.reason,
        )


class TaskShape(BaseModel):
    """Work for a person, without the note: that may hold words of the patient."""

    id: str
    kind: str
    patient: str | None
    code: str
    opened_at: Moment
    due_at: Moment | None
    closed_at: Moment | None

    @classmethod
    def of(cls, task: TaskView) -> "TaskShape":
        """Return a task."""
        return cls(
            id=task.id,
            kind=task.kind,
            patient=task.patient,
            code=task.code,
            opened_at=task.opened_at,
            due_at=task.due_at,
            closed_at=task.closed_at,
        )


class DocumentShape(BaseModel):
    """A file that a patient sent, without its name and caption."""

    id: str
    purpose: str
    mime: str
    size: int | None
    sha256: str
    state: str
    verdict: str
    received_at: Moment

    @classmethod
    def of(cls, document: DocumentView) -> "DocumentShape":
        """Return a file."""
        return cls(
            id=document.id,
            purpose=document.purpose,
            mime=document.mime,
            size=document.size,
            sha256=document.sha256,
            state=document.state.value,
            verdict=document.verdict.value,
            received_at=document.received_at,
        )


class FlagShape(BaseModel):
    """A rule that matched. It is no judgement; a doctor closes each."""

    id: str
    rule: str
    rule_version: str
    level: Level
    route: str
    raised_at: Moment
    closed_at: Moment | None

    @classmethod
    def of(cls, flag: FlagView) -> "FlagShape":
        """Return a flag without its evidence."""
        return cls(
            id=flag.id,
            rule=flag.rule,
            rule_version=flag.rule_version,
            level=flag.level,
            route=flag.route,
            raised_at=flag.raised_at,
            closed_at=flag.closed_at,
        )


class PatientShape(BaseModel):
    """Everything about a patient but their name, addresses and words."""

    id: str
    code: str
    stage: str
    language: str | None
    zone: str
    good_hour: str
    paused_until: Moment | None
    contacts: list[ContactShape]
    consents: list[ConsentShape]
    dates: list[DateShape]
    follow_ups: list[FollowUpShape]
    tasks: list[TaskShape]
    documents: list[DocumentShape]
    flags: list[FlagShape]

    @classmethod
    def of(cls, record: Record) -> "PatientShape":
        """Return a record."""
        patient = record.patient
        return cls(
            id=patient.id,
            code=patient.code,
            stage=patient.stage.value,
            language=patient.language,
            zone=patient.zone,
            good_hour=patient.at_time,
            paused_until=patient.paused_until,
            contacts=[ContactShape.of(one) for one in record.contacts],
            consents=[ConsentShape.of(one) for one in record.consents],
            dates=[DateShape.of(one) for one in record.anchors],
            follow_ups=[FollowUpShape.of(one) for one in record.follow_ups],
            tasks=[TaskShape.of(one) for one in record.tasks],
            documents=[DocumentShape.of(one) for one in record.documents],
            flags=[FlagShape.of(one) for one in record.flags],
        )


class DifferenceShape(BaseModel):
    """What a date would change in the plan: nothing of it is saved."""

    count: int
    added: list[FollowUpShape]
    moved: list[FollowUpShape]
    dropped: list[FollowUpShape]

    @classmethod
    def of(cls, difference: Difference) -> "DifferenceShape":
        """Return a difference."""
        return cls(
            count=difference.count,
            added=[FollowUpShape.of(one) for one in difference.added],
            moved=[FollowUpShape.of(one) for one in difference.moved],
            dropped=[FollowUpShape.of(one) for one in difference.dropped],
        )


class WayShape(BaseModel):
    """One way to follow an invitation. The link lets in whoever has it."""

    channel: str
    url: str
