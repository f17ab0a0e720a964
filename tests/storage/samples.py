"""Sample values that storage tests are told in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from handlers.core.case import Case, Clinic, Contact, FollowUp, Patient, Response, ResponseStatus
from handlers.core.changes import (
    AddDocument,
    AddPatient,
    Change,
    Level,
    Queue,
    RaiseFlag,
    SettleInbox,
    StartResponse,
)
from handlers.core.messages import Body
from handlers.core.values import (
    Answer,
    AnsweredBy,
    ChannelKind,
    ClinicId,
    Coding,
    ContactId,
    ContactPoint,
    DocumentId,
    FollowUpId,
    OutboxId,
    PatientId,
    ResponseId,
    Slot,
    Value,
)
from handlers.ports import InboxRow, Incoming, OutboxRow
from storage.stores import Stores

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=60)
CLINIC = ClinicId("default")
CANARY = "Zwitscherfink"


def clinic(clinic_id: str = CLINIC) -> Clinic:
    return Clinic(
        ClinicId(clinic_id),
        "Aoi Clinic",
        "parkinson-cell-therapy",
        texts={"clinic_name": "Aoi"},
        routes=frozenset({"iv"}),
    )


def at_point(address: str = "990000123", channel: ChannelKind = ChannelKind.TELEGRAM) -> ContactPoint:
    return ContactPoint(channel, "main", address)


def newcomer(address: str = "990000123", channel: ChannelKind = ChannelKind.TELEGRAM, **fields: Any) -> Case:
    known = uuid4().hex[:8]
    patient = Patient(PatientId(f"p-{known}"), code=known.upper(), created_at=NOON, **fields)
    contact = Contact(ContactId(f"c-{known}"), at_point(address, channel), last_heard_at=NOON)
    return Case(clinic(), patient, contact, is_new=True)


async def settled(stores: Stores, *changes: Change, address: str = "990000123", **fields: Any) -> Case:
    """Return the case of a patient who has just come in, with further changes made."""
    case = newcomer(address, **fields)
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), *changes])
    return await known(stores, address)


async def known(stores: Stores, address: str = "990000123", **more: Any) -> Case:
    case = await stores.uow.case_at(CLINIC, at_point(address), **more)
    assert case is not None
    return case


async def interviewed(stores: Stores, *answers: Answer) -> Case:
    """Return a case with one response in progress."""
    response = Response(
        ResponseId("r-1"),
        "urn:intake",
        "1",
        ResponseStatus.IN_PROGRESS,
        NOON,
        answers={answer.slot: answer for answer in answers},
    )
    return await settled(stores, StartResponse(response))


def answer(link_id: str, *values: Value, at: datetime = NOON, source: str = "m-1", **fields: Any) -> Answer:
    return Answer(
        Slot(link_id), values or (Coding("yes", "urn:yn", "Yes"),), at, AnsweredBy.PATIENT, source, **fields
    )


def message(case: Case, name: str = "o-1", text: str = "Hello", **fields: Any) -> Queue:
    fields = {"dedupe_key": f"reply:{name}", "not_before": NOON} | fields
    return Queue(OutboxId(name), case.contact.id, Body(text), **fields)


def follow_up(case: Case, name: str = "f-1", **fields: Any) -> FollowUp:
    planned = FollowUp(
        id=FollowUpId(name),
        patient=case.patient.id,
        step=f"step-{name}",
        anchor="a-1",
        local="2026-12-24T10:00",
        zone="Asia/Tokyo",
        window_start=NOON,
        due_at=NOON,
        window_end=NOON + timedelta(days=7),
        next_at=NOON,
    )
    return replace(planned, **fields)


def document(case: Case, document_id: str = "d-1", **fields: Any) -> AddDocument:
    noted = AddDocument(
        id=DocumentId(document_id),
        contact=case.contact.id,
        ref="file-ref",
        kind="document",
        name="scan.pdf",
        mime="application/pdf",
        size=10,
        caption="",
        purpose="unsorted",
        at=NOON,
        by=AnsweredBy.PATIENT,
        source="m-9",
    )
    return replace(noted, **fields)


def incoming(key: str, conversation: str = "990000123", raw: bytes = b"{}", **fields: Any) -> Incoming:
    item = Incoming(CLINIC, ChannelKind.TELEGRAM, "main", key, conversation, raw, NOON)
    return replace(item, **fields)


async def claim_inbox(stores: Stores, now: datetime = NOON, limit: int = 10) -> list[InboxRow]:
    return await stores.inbox.claim(now_system=now, lease=LEASE, limit=limit)


async def claim_outbox(stores: Stores, now: datetime = NOON, limit: int = 10) -> list[OutboxRow]:
    return await stores.outbox.claim(
        CLINIC, ChannelKind.TELEGRAM, "main", now=now, now_system=now, lease=LEASE, limit=limit
    )


def settle(row: InboxRow, *, keep: bool = True, text: str = "") -> SettleInbox:
    return SettleInbox(row.id, row.fence, keep=keep, kind="Said", text=text)


def flag(key: str = "k-1", level: Level = Level.RED, response: str | None = "r-1") -> RaiseFlag:
    return RaiseFlag(
        key=key,
        rule="rule-1",
        rule_version="1",
        level=level,
        route="iv",
        staff_text="See this.",
        evidence=(("intake.fall", "yes, twice"),),
        sources=("intake.fall",),
        response=ResponseId(response) if response else None,
        at=NOON,
    )


async def count(stores: Stores, table, *where) -> int:
    statement = select(func.count()).select_from(table).where(*where)
    return await stores.database.read(lambda conn: conn.scalar(statement)) or 0
