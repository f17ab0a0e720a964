"""A patient's page: everything on one page, flags first."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.demo import jumps
from bot.console.desk import Desk, Erased, back_to
from bot.console.first_place import first_of
from bot.console.flag_cards import board, counts
from bot.console.forms import Form as AnsweredForm, FormReader
from bot.console.health import health_of
from bot.console.interpreters import interpreter_values
from bot.console.limits import seen_by
from bot.console.paperwork import checklist, document_lines, message_lines
from bot.console.people import helper_names
from bot.console.plan import DateForm, plan_values, step_lines
from bot.console.render import Reader
from bot.console.trend import grid, ticks
from bot.console.trends import columns_of, trends_of
from bot.console.whereabouts import where_and_how
from bot.console.work_lines import task_name
from bot.staff_words import StaffWords
from handlers.core.adverse_event import dues
from handlers.core.case import Outcome, Stage
from handlers.core.changes import CloseFlag, FinishTask
from handlers.core.course import is_stopped
from handlers.core.flags import are_listed
from handlers.core.papers import SET_ASIDE, Verdict
from handlers.core.values import PatientId
from handlers.errors import NotFound
from handlers.reviewing import decide
from storage.held import TASKS
from storage.views.listing import initials_of
from storage.views.models import Record, ResponseView

Decided = Annotated[Literal["candidate", "more", "not-now"], Form()]
Reason = Annotated[str, Form(min_length=3, max_length=500)]

_BEFORE_SENDING = frozenset({Stage.NEW, Stage.INTAKE, Stage.REFUSED})


class PatientPage:
    """The routes of one patient."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/patients/{patient}")(self.show)
        router.post("/patients/{patient}/name")(self.reveal)
        router.post("/patients/{patient}/tasks/{task}/close")(self.close_task)
        router.post("/patients/{patient}/flags/{flag}/close")(self.close_flag)
        router.post("/patients/{patient}/decision")(self.decide)

    async def show(self, request: Request, patient: str) -> Response:
        """Show the patient; the reading is written down."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        record = await record_of(self._desk, reader, patient)
        values = await patient_values(self._desk, reader, record)
        return self._desk.show(reader, "patient.html", **values)

    async def reveal(self, request: Request, patient: str) -> Response:
        """Show the name too; that is written down on its own."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        record = await record_of(self._desk, reader, patient, action="patient.name")
        if "hx-request" in request.headers:
            return self._desk.show(reader, "patient/_name.html", record=record, revealed=True)
        values = await patient_values(self._desk, reader, record)
        return self._desk.show(reader, "patient.html", **values | {"revealed": True})

    async def close_task(self, request: Request, patient: str, task: str, reason: Reason) -> Response:
        """Close a task with a reason."""
        reader = await self._desk.reader(request, Right.TASKS)
        record = await self._desk.deps.views.record(self._desk.deps.clinic, PatientId(patient))
        if task not in {one.id for one in record.tasks}:
            raise NotFound("no such task of this patient")
        closing = FinishTask(task, reader.now, reader.staff_id, reason.strip())
        await self._desk.save(patient, closing, self._desk.audit(reader, "task.close", task))
        return back_to(f"/console/patients/{patient}", "tasks.closed")

    async def close_flag(self, request: Request, patient: str, flag: str, reason: Reason) -> Response:
        """Close a flag with a reason: the doctor's right alone."""
        reader = await self._desk.reader(request, Right.CLOSE_FLAGS)
        record = await self._desk.deps.views.record(self._desk.deps.clinic, PatientId(patient))
        if flag not in {one.id for one in record.flags}:
            raise NotFound("no such flag of this patient")
        closing = CloseFlag(flag, reader.now, reader.staff_id, reason.strip())
        await self._desk.save(patient, closing, self._desk.audit(reader, "flag.close", flag))
        return back_to(f"/console/patients/{patient}", "flag.done")

    async def decide(self, request: Request, patient: str, outcome: Decided, reason: Reason) -> Response:
        """Keep a doctor's decision, with the reason for staff; the patient is told in approved words."""
        reader = await self._desk.reader(request, Right.DECIDE)
        said = reason.strip()
        await self._desk.review(
            patient, lambda decision: decide(decision, Outcome(outcome), said, reader.staff_id)
        )
        return back_to(f"/console/patients/{patient}", "decision.saved")


async def record_of(desk: Desk, reader: Reader, patient: str, *, action: str = "patient.read") -> Record:
    """Return a patient's record and write down who read it; raise NotFound or Erased."""
    record = await desk.deps.views.record(desk.deps.clinic, PatientId(patient))
    await desk.deps.note(desk.audit(reader, action, record.patient.id))
    if record.is_erased:
        raise Erased
    return seen_by(desk, reader, record)


async def patient_values(
    desk: Desk, reader: Reader, record: Record, date_form: DateForm | None = None
) -> dict[str, Any]:
    """Return everything that the patient's template shows."""
    words = StaffWords(reader.catalog, reader.clinic.texts)
    forms = FormReader(words, desk.protocol(reader), reader.may(Right.SEE_SENSITIVE))
    is_listed = are_listed(reader.clinic.texts)
    return {
        "record": record,
        "revealed": False,
        "initials": initials_of(record.patient.name),
        "draft": forms.protocol.draft,
        "summary_ready": record.patient.stage not in _BEFORE_SENDING,
        "flags_listed": is_listed,
        "flags": board(record if is_listed else replace(record, flags=()), forms),
        "task_name": lambda kind: task_name(kind, words),
        "held_tasks": TASKS,
        "open_tasks": [task for task in record.tasks if task.closed_at is None],
        "closed_tasks": [task for task in record.tasks if task.closed_at is not None],
        "steps": step_lines(record.follow_ups, forms),
        "places": first_of(record.contacts),
        "helpers": helper_names(record.contacts, reader.catalog),
        "healths": health_of(record.contacts, reader.now),
        **where_and_how(record, forms.protocol, reader),
        "documents": document_lines(record.documents, forms),
        "verdicts": tuple(Verdict),
        "set_aside": sorted(SET_ASIDE),
        "checklist": checklist(record, forms),
        "outcomes": [one for one in Outcome if one],
        "messages": message_lines(record.messages, reader, record.consents),
        "cases": await desk.deps.alert_views.events_of(desk.deps.clinic, record.patient.id),
        "beside": await desk.deps.notes.of(desk.deps.clinic, record.patient.id),
        "dues": lambda event: dues(event.learned_at, reader.now, reader.clinic.zone),
        "demo_bar": await jumps(desk, reader, record.follow_ups),
        **_answered(record, forms),
        **_trend(record, forms),
        **plan_values(forms, date_form),
        "stopped": is_stopped(record.patient),
        **await interpreter_values(desk, reader, record.patient.id),
    }


def _answered(record: Record, forms: FormReader) -> dict[str, Any]:
    steps = {f.response: f for f in record.follow_ups if f.response}

    def form(view: ResponseView) -> AnsweredForm:
        flags = [flag for flag in record.flags if flag.response == view.response.id]
        return forms.form(view, steps.get(view.response.id), counts(flags))

    return {
        "intake": [form(view) for view in record.responses if view.response.id not in steps],
        "check_ins": [form(view) for view in record.responses if view.response.id in steps],
    }


def _trend(record: Record, forms: FormReader) -> dict[str, Any]:
    columns = columns_of(forms)
    return {
        "trends": trends_of(record, forms),
        "columns": columns,
        "grid": grid(),
        "ticks": ticks(columns),
    }
