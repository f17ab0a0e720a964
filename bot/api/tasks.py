"""Work for a person: the open tasks of the clinic, and closing one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bot.api.deps import Api, Needs, Program
from bot.api.given import CloseGiven, Id
from bot.api.scopes import Scope
from bot.api.shapes import TaskShape
from bot.console.desk import Desk
from handlers.core.changes import FinishTask
from handlers.core.values import PatientId
from handlers.errors import NotFound


class Tasks:
    """The routes of tasks."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._desk = Desk(api.console)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        reads = Depends(Needs(self._api, Scope.PATIENTS_READ).allows)
        closes = Depends(Needs(self._api, Scope.TASKS_WRITE).allows)

        @router.get("/tasks")
        async def list_tasks(program: Annotated[Program, reads]) -> list[TaskShape]:
            """List the open tasks, oldest first."""
            found = await self._api.console.views.worklist(self._api.console.clinic)
            await self._api.note(program, "tasks.read", "")
            return [TaskShape.of(task) for task in found.tasks]

        @router.post("/patients/{patient}/tasks/{task}/close", status_code=204)
        async def close_task(
            program: Annotated[Program, closes], patient: Id, task: Id, given: CloseGiven
        ) -> Response:
            """Close a task with a reason."""
            await self._close(program, patient, task, given.reason)
            return Response(status_code=204)

    async def _close(self, program: Program, patient: str, task: str, reason: str) -> None:
        console = self._api.console
        record = await console.views.record(console.clinic, PatientId(patient))
        if task not in {one.id for one in record.tasks}:
            raise NotFound("no such task of this patient")
        closing = FinishTask(task, console.clock.now(), program.by, reason)
        await self._desk.save(patient, closing, self._api.act(program, "task.close", task))
