"""What keeps the product going: what is stuck or held, tried again or given up. Nothing that it says."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id
from bot.api.scopes import Scope
from bot.api.shapes import Moment
from bot.console.desk import Desk
from handlers import stuck
from handlers.core.values import PatientId

_DONE = 204
End = Literal["again", "aside"]


class StuckMessageShape(BaseModel):
    """An incoming message that failed three times; after `until` nobody can read it."""

    id: str
    channel: str
    received_at: Moment
    attempts: int
    code: str
    can_try: bool
    until: Moment


class StuckCheckInShape(BaseModel):
    """A check-in that could not be opened three times in a row."""

    id: str
    patient: str
    code: str
    step: str
    due_at: Moment


class HeldShape(BaseModel):
    """A message that waits: whose, where to, and why (the service's code or our word)."""

    id: str
    patient: str
    channel: str
    code: str
    due_at: Moment
    expires_at: Moment | None


class StuckShape(BaseModel):
    """Everything that is stuck or held, the oldest first."""

    messages: list[StuckMessageShape]
    check_ins: list[StuckCheckInShape]
    held: list[HeldShape]


class Upkeep:
    """The routes of upkeep."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._desk = Desk(api.console)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        needs = Depends(Needs(self._api, Scope.UPKEEP_WRITE).allows)

        @router.get("/stuck")
        async def list_stuck(program: Annotated[Program, needs]) -> StuckShape:
            """List what is stuck or held."""
            return await self._listed(program)

        @router.post("/stuck/messages/{message}/{end}", status_code=_DONE)
        async def end_message(program: Annotated[Program, needs], message: Id, end: End) -> Response:
            """Let a message be read again, or give it up."""
            console = self._api.console
            act = console.stuck.try_again if end == "again" else console.stuck.set_aside
            await act(console.clinic, message, self._api.act(program, f"stuck.message.{end}", message))
            return Response(status_code=_DONE)

        @router.post("/patients/{patient}/follow-ups/{follow_up}/stuck/{end}", status_code=_DONE)
        async def end_check_in(
            program: Annotated[Program, needs], patient: Id, follow_up: Id, end: End
        ) -> Response:
            """Let a check-in be opened again, or end one that cannot be opened."""
            act = stuck.try_again if end == "again" else stuck.set_aside
            note = self._api.act(program, f"stuck.check-in.{end}", PatientId(patient))
            await self._desk.decide(patient, lambda case: [*act(case, follow_up, program.by, note.at), note])
            return Response(status_code=_DONE)

        @router.post("/held/{message}/again", status_code=_DONE)
        async def release_held(program: Annotated[Program, needs], message: Id) -> Response:
            """Let a held message go out now: whoever asks has mended what kept it."""
            console = self._api.console
            await console.held.release(
                console.clinic,
                message,
                lambda patient: self._api.act(program, "stuck.held.again", patient),
                now=console.clock.now(),
            )
            return Response(status_code=_DONE)

    async def _listed(self, program: Program) -> StuckShape:
        console, clinic = self._api.console, self._api.console.clinic
        messages, check_ins = await console.stuck.messages(clinic), await console.stuck.check_ins(clinic)
        held = await console.held.listed(clinic)
        await self._api.note(program, "stuck.read", "")
        return StuckShape(
            messages=[StuckMessageShape.model_validate(one, from_attributes=True) for one in messages],
            check_ins=[StuckCheckInShape.model_validate(one, from_attributes=True) for one in check_ins],
            held=[HeldShape.model_validate(one, from_attributes=True) for one in held],
        )
