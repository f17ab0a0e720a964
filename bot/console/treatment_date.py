"""Entering, moving and cancelling a treatment date: first what the plan would become, then the saving."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.patient import patient_values, record_of
from bot.console.plan import Cancelling, DateForm
from bot.console.render import Reader
from bot.console.unless_stopped import unless_stopped
from handlers.core.course import Late, WhySkipped
from handlers.core.values import PatientId

Day = Annotated[str, Form(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
Time = Annotated[str, Form(pattern=r"^[0-9]{2}:[0-9]{2}$")]
Kind = Annotated[Literal["harvest", "infusion", "lab"], Form()]
Hour = Annotated[str, Form(pattern=r"^([0-9]{2}:[0-9]{2})?$")]
Which = Annotated[str, Form(max_length=64)]
LateChoice = Annotated[Late, Form()]
Why = Annotated[WhySkipped, Form()]
_BAD = "console.date.bad"


class PlanPages:
    """The routes of the treatment date."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/patients/{patient}/date/preview")(self.preview)
        router.post("/patients/{patient}/date")(self.save)
        router.post("/patients/{patient}/date/cancel/preview")(self.preview_cancel)
        router.post("/patients/{patient}/date/cancel")(self.cancel)

    @unless_stopped
    async def preview(  # noqa: PLR0913 PLR0917 - a form's fields
        self,
        request: Request,
        patient: str,
        kind: Kind,
        day: Day,
        time: Time,
        hour: Hour = "",
        which: Which = "",
    ) -> Response:
        """Show what this date would change; nothing is saved."""
        reader = await self._desk.reader(request, Right.PLAN)
        form = await self._previewed(reader, patient, DateForm(kind, day, time, hour, which))
        return await self._page(reader, patient, form)

    @unless_stopped
    async def save(  # noqa: PLR0913 PLR0917 - a form's fields
        self,
        request: Request,
        patient: str,
        kind: Kind,
        day: Day,
        time: Time,
        hour: Hour = "",
        which: Which = "",
        late: LateChoice = Late.PLAN,
        why: Why = WhySkipped.TOO_LATE,
    ) -> Response:
        """Store the date; the care plan follows from it."""
        reader = await self._desk.reader(request, Right.PLAN)
        form = DateForm(kind, day, time, hour, which)
        date = replace(form.date(reader.clinic.zone), late=late, why=why)
        try:
            await self._desk.deps.treatment.enter(
                self._desk.deps.clinic, PatientId(patient), date, reader.staff_id
            )
        except ValueError:
            return await self._page(reader, patient, replace(form, problem=_BAD))
        return back_to(f"/console/patients/{patient}", "date.saved")

    @unless_stopped
    async def preview_cancel(self, request: Request, patient: str, which: Which) -> Response:
        """Show what would change without this date; nothing is saved."""
        reader = await self._desk.reader(request, Right.PLAN)
        treatment, clinic = self._desk.deps.treatment, self._desk.deps.clinic
        difference = await treatment.preview_without(clinic, PatientId(patient), which)
        return await self._page(reader, patient, cancelling=Cancelling(which, difference.count))

    @unless_stopped
    async def cancel(self, request: Request, patient: str, which: Which) -> Response:
        """Take a date back; what only it asked for is cancelled."""
        reader = await self._desk.reader(request, Right.PLAN)
        deps = self._desk.deps
        await deps.treatment.cancel(deps.clinic, PatientId(patient), which, reader.staff_id)
        return back_to(f"/console/patients/{patient}", "date.cancelled")

    async def _previewed(self, reader: Reader, patient: str, form: DateForm) -> DateForm:
        date, deps = form.date(reader.clinic.zone), self._desk.deps
        try:
            difference = await deps.treatment.preview(deps.clinic, PatientId(patient), date)
        except ValueError:
            return replace(form, problem=_BAD)
        return replace(form, difference=difference, late=difference.late(reader.now))

    async def _page(
        self,
        reader: Reader,
        patient: str,
        form: DateForm | None = None,
        cancelling: Cancelling | None = None,
    ) -> Response:
        record = await record_of(self._desk, reader, patient)
        values = await patient_values(self._desk, reader, record, form)
        return self._desk.show(reader, "patient.html", **values | {"cancelling": cancelling})
