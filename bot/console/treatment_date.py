"""Entering a treatment date: first the plan that would follow, then the saving."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.patient import patient_values, record_of
from bot.console.plan import DateForm
from bot.console.render import Reader
from handlers.core.values import PatientId

Day = Annotated[str, Form(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Time = Annotated[str, Form(pattern=r"^[0-9]{2}:[0-9]{2}$")]
Kind = Annotated[str, Form(pattern="^(harvest|infusion)$")]
Hour = Annotated[str, Form(pattern=r"^([0-9]{2}:[0-9]{2})?$")]
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

    async def preview(
        self, request: Request, patient: str, kind: Kind, day: Day, time: Time, hour: Hour = ""
    ) -> Response:
        """Show the plan that this date would lead to; nothing is saved."""
        reader = await self._desk.reader(request, Right.PLAN)
        form = await self._previewed(reader.clinic.zone, patient, DateForm(kind, day, time, hour))
        return await self._page(reader, patient, form)

    async def save(
        self, request: Request, patient: str, kind: Kind, day: Day, time: Time, hour: Hour = ""
    ) -> Response:
        """Store the date; the care plan follows from it."""
        reader = await self._desk.reader(request, Right.PLAN)
        form = DateForm(kind, day, time, hour)
        enter, zone = self._desk.deps.enter_date, reader.clinic.zone
        try:
            await enter(PatientId(patient), kind, form.local, zone, reader.staff_id, hour)
        except ValueError:
            return await self._page(reader, patient, replace(form, problem=_BAD))
        return back_to(f"/console/patients/{patient}", "date.saved")

    async def _previewed(self, zone: str, patient: str, form: DateForm) -> DateForm:
        preview = self._desk.deps.preview_date
        try:
            planned = await preview(PatientId(patient), form.kind, form.local, zone, form.hour)
        except ValueError:
            return replace(form, problem=_BAD)
        return replace(form, planned=tuple(planned))

    async def _page(self, reader: Reader, patient: str, form: DateForm) -> Response:
        record = await record_of(self._desk, reader, patient)
        values = await patient_values(self._desk, reader, record, form)
        return self._desk.show(reader, "patient.html", **values)
