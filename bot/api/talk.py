"""A person in a patient's chat: who speaks there, taken over, written in and handed back."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id, LetterGiven, PersonGiven
from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.api.shapes import Moment
from bot.console.desk import Desk
from bot.console.wording_check import look_at
from handlers import talking
from handlers.core.values import PatientId
from handlers.decision import Decision
from handlers.errors import NotFound
from handlers.wording import language_of

_DONE = 204


class TalkPlace(BaseModel):
    """A contact that can be written to. Where it `waits`, words go out when the patient comes."""

    contact: str
    channel: str
    by: str
    waits: bool


class TalkShape(BaseModel):
    """Who speaks in place of the bot: "" where it is the bot. `mine` says that this token does."""

    name: str
    since: Moment | None
    mine: bool
    may_come: bool
    places: list[TalkPlace]

    @classmethod
    def of(cls, decision: Decision, by: str) -> "TalkShape":
        """Return who speaks in a patient's chat, and where they can be written to."""
        person, now = decision.case.patient.talk.person, decision.now
        places = [
            TalkPlace(
                contact=one.id,
                channel=one.point.channel.value,
                by=one.by.value,
                waits=talking.is_away(one, now),
            )
            for one in talking.places(decision)
        ]
        return cls(
            name=person.name if person else "",
            since=person.since if person else None,
            mine=person is not None and person.staff == by,
            may_come=talking.may_come(decision),
            places=places,
        )


class Talk:
    """The routes of a patient's chat."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._desk = Desk(api.console)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        talks = Depends(Needs(self._api, Scope.TALK_WRITE).allows)

        @router.get("/patients/{patient}/talk")
        async def read_talk(program: Annotated[Program, talks], patient: Id) -> TalkShape:
            """Say who speaks with a patient, and where they can be written to: no word of anybody's."""
            shape = TalkShape.of(await self._decision(patient), program.by)
            await self._api.note(program, "talk.read", patient)
            return shape

        @router.post("/patients/{patient}/talk/take", status_code=_DONE)
        async def take_talk(program: Annotated[Program, talks], patient: Id, given: PersonGiven) -> Response:
            """Let a person speak in place of the bot, under the name that the patient sees."""
            return await self._act(patient, lambda d: talking.take_over(d, program.by, given.name))

        @router.post("/patients/{patient}/talk/write", status_code=_DONE)
        async def write(program: Annotated[Program, talks], patient: Id, given: LetterGiven) -> Response:
            """Bring a person's words to the patient; a promise stops them, a doubt needs `sure`."""
            await self._look(patient, given)
            return await self._act(
                patient,
                lambda d: talking.write(d, given.contact, given.text, ident=given.message, by=program.by),
            )

        @router.post("/patients/{patient}/talk/back", status_code=_DONE)
        async def hand_back(program: Annotated[Program, talks], patient: Id) -> Response:
            """Let the bot speak again."""
            return await self._act(patient, lambda d: talking.hand_back(d, program.by))

    async def _look(self, patient: str, given: LetterGiven) -> None:
        decision = await self._decision(patient)
        clinic = decision.case.clinic
        look = look_at(given.text, (language_of(decision.case, decision.world), clinic.language))
        if look.stops:
            raise Problem(422, "wording-stops", "The words promise what a clinic may not promise.")
        if look.warnings and not given.sure:
            raise Problem(422, "wording-asks", "A person must look at the words again: then send `sure`.")

    async def _act(self, patient: str, act: Callable[[Decision], None]) -> Response:
        """Let the use case decide; 409 where it is not this token's chat, or nobody can be spoken with."""
        try:
            await self._desk.review(patient, act)
        except NotFound:
            await self._decision(patient)  # raises it again where there is no such patient
            raise Problem(409, "not-yours", "It is not this token's chat, or nobody is there.") from None
        return Response(status_code=_DONE)

    async def _decision(self, patient: str) -> Decision:
        console = self._api.console
        case = await console.uow.case_of(console.clinic, PatientId(patient))
        return Decision(case, console.world(case.clinic), cause="api")
