"""A patient's chat as staff see it: take over, write, hand back. What is said anew appears by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.limits import sight_of
from bot.console.render import Notice, Reader
from bot.console.talk_lines import live_values, room_values
from bot.console.wording_check import NOTHING, Look, look_at
from handlers import talking
from handlers.core.values import PatientId
from handlers.decision import Decision
from handlers.errors import NotFound
from handlers.wording import language_of

Name = Annotated[str, Form(min_length=1, max_length=60)]

_DONE: Final = {"taken": "good", "sent": "good", "handed_back": "good", "not_yours": "bad"}


class Letter(BaseModel):
    """What is sent by the box to write in; `message` makes it one however often it is pressed."""

    contact: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=3000)
    message: str = Field(min_length=1, max_length=64)
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What came back unsent: the words, what was found in them, and to whom they were to go."""

    text: str = ""
    look: Look = NOTHING
    to: str = ""


class TalkPage:
    """The routes of one patient's chat."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/patients/{patient}/talk")(self.show)
        router.get("/patients/{patient}/talk/live")(self.live)
        router.post("/patients/{patient}/talk/take")(self.take)
        router.post("/patients/{patient}/talk/write")(self.write)
        router.post("/patients/{patient}/talk/back")(self.hand_back)

    async def show(self, request: Request, patient: str) -> Response:
        """Show the chat; the reading is written down."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        page = await self._page(reader, patient)
        await self._desk.note(reader, "patient.read", patient)
        return page

    async def live(self, request: Request, patient: str, shown: str = "") -> Response:
        """Return who speaks and what was said anew, or 204 where the page shows it already.

        The chat is handed out to whose reading of it was written down within the hour, or is now.
        """
        reader = await self._desk.watcher(request, Right.SEE_PATIENTS)
        values = await self._live(reader, await self._decision(patient))
        if values["mark"] == shown:
            return Response(status_code=204)
        await self._desk.note_again(reader, "glass.read" if reader.closes_in else "patient.read", patient)
        return self._desk.show(reader, "talk/_live.html", **values)

    async def take(self, request: Request, patient: str, name: Name) -> Response:
        """Let the reader speak in place of the bot, under the name that the patient sees."""
        reader = await self._desk.reader(request, Right.TALK)
        done = await self._act(
            patient, lambda decision: talking.take_over(decision, reader.staff_id, name.strip())
        )
        return _back(patient, "taken" if done else "not_yours")

    async def write(self, request: Request, patient: str, letter: Annotated[Letter, Form()]) -> Response:
        """Bring the reader's words to the patient; a claim stops them, or must be confirmed."""
        reader = await self._desk.reader(request, Right.TALK)
        words = letter.text.strip()
        decision = await self._decision(patient)
        spoken = language_of(decision.case, decision.world)
        look = look_at(words, (spoken, reader.clinic.language, reader.catalog.language))
        if look.stops or (look.warnings and not letter.sure) or not words:
            return await self._page(reader, patient, Draft(words, look, letter.contact))
        done = await self._act(
            patient,
            lambda decision: talking.write(
                decision, letter.contact, words, ident=letter.message, by=reader.staff_id
            ),
        )
        return _back(patient, "sent" if done else "not_yours")

    async def hand_back(self, request: Request, patient: str) -> Response:
        """Let the bot speak again."""
        reader = await self._desk.reader(request, Right.TALK)
        done = await self._act(patient, lambda decision: talking.hand_back(decision, reader.staff_id))
        return _back(patient, "handed_back" if done else "not_yours")

    async def _act(self, patient: str, act: Callable[[Decision], None]) -> bool:
        """Let the use case decide; False where it is not the reader's chat (any more)."""
        try:
            await self._desk.review(patient, act)
        except NotFound:
            await self._decision(patient)  # raises it again where there is no such patient
            return False
        return True

    async def _decision(self, patient: str) -> Decision:
        deps = self._desk.deps
        case = await deps.uow.case_of(deps.clinic, PatientId(patient))
        return Decision(case, deps.world(case.clinic), cause="console")

    async def _live(self, reader: Reader, decision: Decision) -> dict[str, Any]:
        deps = self._desk.deps
        patient = decision.case.patient.id
        said = await deps.views.messages(deps.clinic, patient)
        if sight := await sight_of(self._desk, reader, patient):
            said = tuple(map(sight.message, said))
        return live_values(decision, said, reader)

    async def _page(self, reader: Reader, patient: str, draft: Draft | None = None) -> Response:
        decision = await self._decision(patient)
        done = reader.request.query_params.get("done", "")
        tone = _DONE.get(done)
        return self._desk.show(
            reader,
            "talk.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if draft else HTTPStatus.OK,
            **await self._live(reader, decision),
            **room_values(decision, reader),
            draft=draft or Draft(),
            message=self._desk.deps.ids.new(),
            notice=Notice(reader.catalog.plain(f"console.talk.{done}"), tone) if tone else None,
        )


def _back(patient: str, done: str) -> Response:
    return back_to(f"/console/patients/{patient}/talk", done)
