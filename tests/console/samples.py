"""A small protocol, a patient and their record, for tests of what the console shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.console.forms import FormReader
from bot.staff_words import StaffWords
from handlers.core.case import (
    FollowUp,
    FollowUpState,
    Patient,
    Response,
    ResponseStatus,
    Stage,
)
from handlers.core.changes import Level
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Questionnaire
from handlers.core.values import (
    Absent,
    Answer,
    Coding,
    FollowUpId,
    Language,
    PatientId,
    ResponseId,
    Slot,
    Value,
)
from locales import Catalogs
from storage.protocols import read_pack
from storage.views.models import FlagView, Record, ResponseView

ROOT = Path(__file__).parents[2]
PACK = ROOT / "handlers/protocols/parkinson-cell-therapy"
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PACK_READ: Protocol = read_pack(PACK)
_MONTH_1 = next(one for one in PACK_READ.questionnaires.values() if one.id == "check-in-month-1")
_TREMOR = replace(_MONTH_1.item("f.tremor"), link_id="sym.tremor", group_path=())
INTAKE_B = Questionnaire(
    "intake-b",
    "https://example.org/intake-b",
    "1",
    "Signs",
    (_TREMOR,),
    by_link_id={"sym.tremor": _TREMOR},
    order={"sym.tremor": 0},
)
"""A part of the intake that the pack does not have yet: the baseline of a check-in's question."""
PROTOCOL = replace(PACK_READ, questionnaires={**PACK_READ.questionnaires, INTAKE_B.url: INTAKE_B})
CATALOGS = Catalogs(ROOT / "locales", [PACK])
PATIENT = Patient(
    PatientId("p1"), "YR-1", 1, Stage.SUBMITTED, Language("en"), "Europe/Rome", name="Anna Maria Rossi"
)


def reader(language="en", *, sees_sensitive=True):
    words = StaffWords(CATALOGS.get(language), {"clinic_name": "Sakura"})
    return FormReader(words, PROTOCOL, sees_sensitive)


def questionnaire(name):
    return next(one for one in PROTOCOL.questionnaires.values() if one.id == name)


def answer(link_id, *values: Value, skipped=False):
    return Answer(Slot(link_id), values, NOW, absent=Absent.SKIPPED if skipped else None)


def coded(link_id, *codes):
    return answer(link_id, *(Coding(code) for code in codes))


def response(response_id, name, *answers):
    return ResponseView(
        Response(
            ResponseId(response_id),
            questionnaire(name).url,
            "1",
            ResponseStatus.COMPLETED,
            NOW,
            answers={one.slot: one for one in answers},
        ),
        NOW,
    )


def check_in(step, response_id, months=1):
    due = NOW + timedelta(days=30 * months)
    return FollowUp(
        id=FollowUpId(f"f-{step}"),
        patient=PATIENT.id,
        step=step,
        anchor="a1",
        local="2026-12-24T10:00",
        zone="Europe/Rome",
        window_start=due,
        due_at=due,
        window_end=due + timedelta(days=7),
        state=FollowUpState.COMPLETED,
        response=ResponseId(response_id),
    )


def flag(flag_id, level=Level.REVIEW, *, evidence=(), response_id="r0", closed=False):
    raised = FlagView(
        flag_id,
        PATIENT.id,
        flag_id,
        "1",
        level,
        "any",
        "Staff text",
        evidence,
        (),
        ResponseId(response_id),
        NOW,
    )
    return replace(raised, closed_at=NOW, closed_by="Dr. Ito", reason="seen") if closed else raised


def record(*responses, follow_ups=(), flags=()):
    return Record(PATIENT, responses=responses, follow_ups=follow_ups, flags=flags)
