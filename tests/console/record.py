"""A patient of the samples: who she is, what a finished intake leaves behind, and a treatment date."""

from dataclasses import replace
from datetime import timedelta

from bot.ids import SystemIds
from handlers.core.care_plan import plan
from handlers.core.case import Anchor, Patient, Response, ResponseStatus, Stage
from handlers.core.changes import (
    AddDocument,
    Change,
    CloseResponse,
    Level,
    OpenTask,
    PlanFollowUps,
    PutAnswer,
    Queue,
    RaiseFlag,
    RecordConsent,
    SetAnchor,
    StartResponse,
)
from handlers.core.messages import Body
from handlers.core.protocol import StepKind
from handlers.core.values import (
    AnsweredBy,
    ContactId,
    DocumentId,
    Language,
    OutboxId,
    PatientId,
    Purpose,
    ResponseId,
)
from tests.console.samples import NOW, PROTOCOL, answer, coded, questionnaire

WORDS = "I take the bus, so mornings are difficult."
MONTHS = replace(PROTOCOL, steps=tuple(s for s in PROTOCOL.steps if s.kind is StepKind.CHECK_IN))
"""The protocol of a clinic that runs the check-ins after 1, 3 and 6 months alone."""


def anna(patient_id: str = "p1", code: str = "YR-2041", **fields) -> Patient:
    known = {
        "stage": Stage.SUBMITTED,
        "language": Language("en"),
        "zone": "Europe/Rome",
        "name": "Anna Maria Rossi",
        "birth_date": "1958-04-12",
        "purposes": frozenset({Purpose.HEALTH}),
        "created_at": NOW,
    }
    return Patient(PatientId(patient_id), code, **{**known, **fields})


def intake(patient_id: str = "p1") -> list[Change]:
    """Return what a finished intake leaves behind: consent, answers, a flag, a task, a message, a file."""
    response = ResponseId(f"r-{patient_id}")
    contact = ContactId(f"c-{patient_id}")
    form = questionnaire("intake-a")
    asked = [
        coded("dx.by", "neuro"),
        answer("dx.resp", skipped=True),
        coded("hx.cancer", "no"),
        replace(coded("hx.cancer", "past"), at=NOW + timedelta(minutes=1)),
        answer("end.more", WORDS),
    ]
    return [
        RecordConsent(Purpose.HEALTH, True, "v1", "hash", "en", NOW, AnsweredBy.PATIENT),  # noqa: FBT003
        StartResponse(Response(response, form.url, form.version, ResponseStatus.IN_PROGRESS, NOW)),
        *(PutAnswer(response, one) for one in asked),
        CloseResponse(response, ResponseStatus.COMPLETED, NOW),
        RaiseFlag(
            *("CA-02", "CA-02", "0.1.0", Level.LIKELY_NO, "any"),
            "Cancer treated less than 5 years ago.",
            (("hx.cancer", "Yes, in the past"),),
            *(("a registered trial",), response, NOW),
        ),
        OpenTask("intake-ready", f"intake-ready:{response}", NOW),
        Queue(OutboxId(f"o-{patient_id}"), contact, Body("Thank you. A doctor reads it."), "d", NOW),
        AddDocument(
            DocumentId(f"d-{patient_id}"),
            contact,
            "ref",
            *("document", "MRI résumé.pdf", "application/pdf", 17, "my scan", "unsorted", NOW),
            *(AnsweredBy.PATIENT, "m1"),
        ),
    ]


def treated(patient_id: str = "p1") -> list[Change]:
    """Return a treatment date with its care plan."""
    anchor = Anchor(f"a-{patient_id}", PatientId(patient_id), "infusion", "2026-12-01T09:30", "Asia/Tokyo")
    ids = SystemIds(lambda: NOW)
    planned = plan(MONTHS, anchor, at="10:00", ids=ids, zone="Europe/Rome")
    return [SetAnchor(anchor, NOW, "s1"), PlanFollowUps(planned)]
