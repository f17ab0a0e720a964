"""What staff found in a file: judged, or set aside with a better copy asked for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bot.api.deps import Api, Needs, Program
from bot.api.given import AgainGiven, Id, VerdictGiven
from bot.api.scopes import Scope
from bot.api.sight import record_for
from bot.console.desk import Desk
from handlers.core.papers import Verdict
from handlers.core.values import DocumentId
from handlers.errors import NotFound
from handlers.reviewing import ask_for_better, judge
from storage.views.models import DocumentView

_DONE = 204


class Papers:
    """The routes of judging files."""

    def __init__(self, api: Api) -> None:
        """Take what they stand on."""
        self._api = api
        self._desk = Desk(api.console)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        judges = Depends(Needs(self._api, Scope.DOCUMENTS_WRITE).allows)

        @router.post("/patients/{patient}/documents/{document}/judge", status_code=_DONE)
        async def judge_document(
            program: Annotated[Program, judges], patient: Id, document: Id, given: VerdictGiven
        ) -> Response:
            """Keep what a person found in a file; the clinic's rules about papers are applied anew."""
            await self._judge(program, patient, document, given)
            return Response(status_code=_DONE)

        @router.post("/patients/{patient}/documents/{document}/again", status_code=_DONE)
        async def ask_again(
            program: Annotated[Program, judges], patient: Id, document: Id, given: AgainGiven
        ) -> Response:
            """Set a file aside and ask the patient for a better copy; each call asks once."""
            await self._ask(program, patient, document, Verdict(given.verdict))
            return Response(status_code=_DONE)

    async def _judge(self, program: Program, patient: str, document: str, given: VerdictGiven) -> None:
        found = await self._seen(program, patient, document)
        await self._desk.review(
            patient, lambda decision: judge(decision, found.id, given.verdict, given.dated, program.by)
        )

    async def _ask(self, program: Program, patient: str, document: str, why: Verdict) -> None:
        found = await self._seen(program, patient, document)
        await self._desk.review(
            patient, lambda decision: ask_for_better(decision, found.id, why, found.name, program.by)
        )

    async def _seen(self, program: Program, patient: str, document: str) -> DocumentView:
        """Return a file of the patient's, as far as the token lets see it."""
        record = await record_for(self._api, program, patient)
        found = next((one for one in record.documents if one.id == DocumentId(document)), None)
        if found is None:
            raise NotFound("no such document")
        return found
