"""Changing a patient's plan: dates, stopping, pausing, single check-ins."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bot.api.deps import Api, Needs, Program
from bot.api.given import DateGiven, Id, PauseGiven, PlaceGiven, SkipGiven, StopGiven
from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.api.shapes import DifferenceShape, FollowUpShape
from bot.console.desk import Desk
from bot.console.first_place import chosen
from handlers import programme
from handlers.core.care_plan import local_to_utc
from handlers.core.case import FollowUp
from handlers.core.values import PatientId
from handlers.decision import Decision
from handlers.treatment import NewDate
from scheduler.loop import decide_again

_MORNING = time(9)
_DONE = 204


class Plan:
    """The routes that change a plan."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._desk = Desk(api.console)
        self._needs = Depends(Needs(api, Scope.PLAN_WRITE).allows)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        self._add_dates(router)
        self._add_whole(router)
        self._add_steps(router)

    def _add_dates(self, router: APIRouter) -> None:
        treatment, clinic = self._api.console.treatment, self._api.console.clinic

        @router.post("/patients/{patient}/dates/preview")
        async def preview_date(
            program: Annotated[Program, self._needs], patient: Id, given: DateGiven
        ) -> DifferenceShape:
            """Say what a date would change; nothing is saved."""
            with _fitting():
                difference = await treatment.preview(clinic, PatientId(patient), _date(given))
            await self._api.note(program, "patient.read", patient)
            return DifferenceShape.of(difference)

        @router.post("/patients/{patient}/dates")
        async def enter_date(
            program: Annotated[Program, self._needs], patient: Id, given: DateGiven
        ) -> list[FollowUpShape]:
            """Enter or move a date; return the check-ins that are planned anew."""
            with _fitting():
                planned = await decide_again(
                    lambda: treatment.enter(clinic, PatientId(patient), _date(given), program.by)
                )
            return _shapes(planned)

        @router.delete("/patients/{patient}/dates/{date}")
        async def cancel_date(
            program: Annotated[Program, self._needs], patient: Id, date: Id
        ) -> list[FollowUpShape]:
            """Take a date back; what only it asked for is cancelled."""
            return _shapes(
                await decide_again(lambda: treatment.cancel(clinic, PatientId(patient), date, program.by))
            )

    def _add_whole(self, router: APIRouter) -> None:
        @router.post("/patients/{patient}/stop", status_code=_DONE)
        async def stop(program: Annotated[Program, self._needs], patient: Id, given: StopGiven) -> Response:
            """Stop everything: whatever is queued or planned is cancelled."""
            return await self._decide(patient, lambda d: programme.stop(d, given.why, program.by))

        @router.post("/patients/{patient}/start-again", status_code=_DONE)
        async def start_again(program: Annotated[Program, self._needs], patient: Id) -> Response:
            """Plan anew what was stopped and is still open."""
            return await self._decide(patient, lambda d: programme.start_again(d, program.by))

        @router.post("/patients/{patient}/pause", status_code=_DONE)
        async def pause(program: Annotated[Program, self._needs], patient: Id, given: PauseGiven) -> Response:
            """Write about no check-in before a day's morning at the clinic."""
            clinic = await self._api.console.uow.clinic(self._api.console.clinic)
            with _fitting():
                until = local_to_utc(f"{given.until}T{_MORNING:%H:%M}", clinic.zone)
            return await self._decide(patient, lambda d: programme.pause(d, until, program.by))

        @router.post("/patients/{patient}/place", status_code=_DONE)
        async def choose_place(
            program: Annotated[Program, self._needs], patient: Id, given: PlaceGiven
        ) -> Response:
            """Bring check-ins to one of a patient's contacts first; the same again changes nothing."""
            note = self._api.act(program, "patient.place", patient)
            await self._desk.decide(patient, lambda case: [*chosen(case, given.contact), note])
            return Response(status_code=_DONE)

    def _add_steps(self, router: APIRouter) -> None:
        @router.post("/patients/{patient}/follow-ups/{follow_up}/send", status_code=_DONE)
        async def send(program: Annotated[Program, self._needs], patient: Id, follow_up: Id) -> Response:
            """Open a check-in now."""
            return await self._decide(patient, lambda d: programme.send(d, follow_up, program.by))

        @router.post("/patients/{patient}/follow-ups/{follow_up}/skip", status_code=_DONE)
        async def skip(
            program: Annotated[Program, self._needs], patient: Id, follow_up: Id, given: SkipGiven
        ) -> Response:
            """Leave a check-in out, with a reason."""
            return await self._decide(patient, lambda d: programme.skip(d, follow_up, given.why, program.by))

    async def _decide(self, patient: str, act: Callable[[Decision], None]) -> Response:
        await self._desk.review(patient, act)
        return Response(status_code=_DONE)


@contextmanager
def _fitting() -> Iterator[None]:
    """Answer a date or zone that there is none of."""
    try:
        yield
    except ValueError:
        raise Problem(422, "invalid", "There is no such time in that zone.") from None


def _date(given: DateGiven) -> NewDate:
    return NewDate(
        given.kind, given.local, given.zone, given.good_hour or "", given.which, given.late, given.why
    )


def _shapes(planned: Sequence[FollowUp]) -> list[FollowUpShape]:
    return [FollowUpShape.of(one) for one in planned]
