"""The worklist and alerts: read, taken, given back, left to rest."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id, Line, RestGiven
from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.api.shapes_work import AlertShape, TallyShape, WorkListShape, WorkShape
from handlers.core.worklist import Sort, rest_until
from handlers.errors import NotFound
from storage.views.work import See, Wish
from storage.work_marks import Resting

_DONE = 204


class Work:
    """The routes of the worklist and of alerts."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._marks = api.console.work.marks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        self._add_list(router)
        self._add_marks(router)
        self._add_alerts(router)

    def _add_list(self, router: APIRouter) -> None:
        reads = Depends(Needs(self._api, Scope.PATIENTS_READ).allows)

        @router.get("/work")
        async def read_work(
            program: Annotated[Program, reads],
            see: See = "all",
            sort: Sort | None = None,
            page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        ) -> WorkListShape:
            """Return what needs a person, the soonest first; "mine" is what this token has taken."""
            return await self._listed(program, see, sort, page)

        @router.get("/alerts")
        async def list_alerts(program: Annotated[Program, reads]) -> list[AlertShape]:
            """List the alerts that nobody has taken, the most urgent and then the oldest first."""
            found = await self._api.console.alert_views.waiting(self._api.console.clinic)
            await self._api.note(program, "alerts.read", "")
            return [AlertShape.of(one) for one in found]

    def _add_marks(self, router: APIRouter) -> None:
        needs = Depends(Needs(self._api, Scope.TASKS_WRITE).allows)
        clinic, clock, marks = self._api.console.clinic, self._api.console.clock, self._marks

        @router.post("/work/{line}/take", status_code=_DONE)
        async def take_line(program: Annotated[Program, needs], line: Line) -> Response:
            """Note that whoever is behind the program takes a line; the same again changes nothing."""
            taking = marks.take(clinic, line, by=program.by, now=clock.now())
            return await self._done(program, "work.take", line, taking, "too-late")

        @router.post("/work/{line}/give-back", status_code=_DONE)
        async def give_line_back(program: Annotated[Program, needs], line: Line) -> Response:
            """Let a line be nobody's again."""
            giving = marks.give_back(clinic, line, now=clock.now())
            return await self._done(program, "work.give-back", line, giving)

        @router.post("/work/{line}/snooze", status_code=_DONE)
        async def snooze_line(program: Annotated[Program, needs], line: Line, given: RestGiven) -> Response:
            """Let a line rest for a while, with a reason; red flags for an hour at most."""
            zone = (await self._api.console.uow.clinic(clinic)).zone
            resting = Resting(rest_until(given.rest, clock.now(), zone), given.reason, program.by)
            snoozing = marks.snooze(clinic, line, resting, now=clock.now())
            return await self._done(program, "work.snooze", line, snoozing, "not-snoozed")

        @router.post("/work/{line}/wake", status_code=_DONE)
        async def wake_line(program: Annotated[Program, needs], line: Line) -> Response:
            """End a rest before its time."""
            return await self._done(program, "work.wake", line, marks.wake(clinic, line, now=clock.now()))

    def _add_alerts(self, router: APIRouter) -> None:
        takes = Depends(Needs(self._api, Scope.ALERTS_WRITE).allows)

        @router.post("/alerts/{alert}/take", status_code=_DONE)
        async def take_alert(program: Annotated[Program, takes], alert: Id) -> Response:
            """Take an alert: nobody else is told of it. Only where a person stands behind the program."""
            await self._take_alert(program, alert)
            return Response(status_code=_DONE)

    async def _listed(self, program: Program, see: See, sort: Sort | None, page: int) -> WorkListShape:
        console = self._api.console
        now, zone = console.clock.now(), (await console.uow.clinic(console.clinic)).zone
        wish = Wish.of(see, sort, page, now=now, zone=zone, staff=program.by)
        found = await console.work.views.page(console.clinic, wish)
        await self._api.note(program, "work.read", "")
        return WorkListShape(
            pulse=found.pulse,
            lines=[WorkShape.of(one) for one in found.items],
            numbers=[TallyShape.of(one) for one in found.tallies],
        )

    async def _done(
        self, program: Program, action: str, line: str, done: Awaitable[bool], refused: str = ""
    ) -> Response:
        """Write down what was asked; where it was not done, answer 409 with `refused`, if there is one."""
        if not await done and refused:
            raise Problem(409, refused, "It is done already, somebody else's, or may not rest for so long.")
        await self._api.note(program, action, line.partition(":")[2])
        return Response(status_code=_DONE)

    async def _take_alert(self, program: Program, alert: str) -> None:
        console = self._api.console
        found = await console.alert_views.one(console.clinic, alert)
        if found is None:
            raise NotFound("no such alert")
        # Whose first call was answered into nothing makes it again: it is theirs.
        is_ours = found.taken_by == program.by or await console.alerts.take(
            console.clinic, found.id, by=program.by, now=console.clock.now()
        )
        if not is_ours:
            raise Problem(409, "too-late", "Somebody has taken it.")
        await self._api.note(program, "alert.take", found.id)
