"""Stopping and pausing a patient's programme, and deciding about a single check-in."""

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.unless_stopped import unless_stopped
from handlers.core.care_plan import local_to_utc
from handlers.core.course import WhySkipped
from handlers.programme import WhyStopped, pause, send, skip, start_again, stop

Until = Annotated[date, Form(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
Stopping = Annotated[WhyStopped, Form()]
Skipping = Annotated[WhySkipped, Form()]
_MORNING = time(9)


class ProgrammePages:
    """The routes of a patient's programme as a whole."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/patients/{patient}/stop")(self.stop)
        router.post("/patients/{patient}/start-again")(self.start_again)
        router.post("/patients/{patient}/pause")(self.pause)
        router.post("/patients/{patient}/steps/{step}/send")(self.send)
        router.post("/patients/{patient}/steps/{step}/skip")(self.skip)

    async def stop(self, request: Request, patient: str, why: Stopping) -> Response:
        """Stop everything: whatever is queued or planned for this patient is cancelled."""
        reader = await self._desk.reader(request, Right.PLAN)
        await self._desk.review(patient, lambda decision: stop(decision, why, reader.staff_id))
        return back_to(f"/console/patients/{patient}", "stop.done")

    async def start_again(self, request: Request, patient: str) -> Response:
        """Plan anew what was stopped and is still open."""
        reader = await self._desk.reader(request, Right.PLAN)
        await self._desk.review(patient, lambda decision: start_again(decision, reader.staff_id))
        return back_to(f"/console/patients/{patient}", "stop.started_again")

    async def pause(self, request: Request, patient: str, until: Until) -> Response:
        """Send no check-in before this day's morning at the clinic."""
        reader = await self._desk.reader(request, Right.PLAN)
        moment = local_to_utc(f"{until}T{_MORNING:%H:%M}", reader.clinic.zone)
        await self._desk.review(patient, lambda decision: pause(decision, moment, reader.staff_id))
        return back_to(f"/console/patients/{patient}", "pause.done")

    @unless_stopped
    async def send(self, request: Request, patient: str, step: str) -> Response:
        """Open one check-in now."""
        reader = await self._desk.reader(request, Right.PLAN)
        await self._desk.review(patient, lambda decision: send(decision, step, reader.staff_id))
        return back_to(f"/console/patients/{patient}", "step.sent")

    async def skip(self, request: Request, patient: str, step: str, why: Skipping) -> Response:
        """Leave one check-in out, with a reason."""
        reader = await self._desk.reader(request, Right.PLAN)
        await self._desk.review(patient, lambda decision: skip(decision, step, why, reader.staff_id))
        return back_to(f"/console/patients/{patient}", "step.skipped")
