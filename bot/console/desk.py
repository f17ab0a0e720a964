"""What every route stands on: who reads, may they, and how a page or a refusal is answered."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from bot.console.access import Right
from bot.console.alarm import NO_ALARM, AlarmBar
from bot.console.deps import Console, Session
from bot.console.noting import Noting
from bot.console.opened import with_openings
from bot.console.passwords import Passwords
from bot.console.render import Notice, Pages, Reader, language_of
from bot.console.sessions import Sessions
from bot.console.step_up import ProofNeeded, asks, require_proof
from handlers.core.case import Case, Clinic
from handlers.core.changes import Change
from handlers.core.protocol import Protocol
from handlers.core.values import PatientId
from handlers.decision import Decision
from handlers.errors import ConcurrentUpdate, NotFound

SIGN_IN = "/console/sign-in"
HOME = "/console/"
CONFIRM = "/console/confirm"
_TRIES = 3
"""How often a change is saved anew when the patient answered in the same moment."""


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


class Forbidden(Exception):
    """The reader's role does not allow this."""


class Erased(Exception):
    """The patient whom this is about was erased: there is nothing left to show."""


class Desk(Noting):
    """The console's dependencies with what all routes do with them."""

    def __init__(self, deps: Console) -> None:
        """Take what the console was given."""
        super().__init__(deps)
        self.sessions = Sessions(deps)
        self.passwords = Passwords()
        self._pages = Pages()

    async def reader(self, request: Request, right: Right | None = None) -> Reader:
        """Return who reads; raise SignInNeeded or Forbidden."""
        reader = await self.visitor(request)
        if reader.session is None:
            raise SignInNeeded
        if right is not None and not reader.may(right):
            raise Forbidden
        request.state.reader = reader
        if reader.closes_in:
            await self.note(reader, "glass.read", request.path_params["patient"])
        return reader

    async def visitor(self, request: Request) -> Reader:
        """Return who reads, signed in or not."""
        clinic = await self.deps.uow.clinic(self.deps.clinic)
        session = await self.sessions.of(request)
        reader = self._reader(request, clinic, session)
        if session is None:
            return reader
        jumped = bool(await self.deps.clocks.standing())
        accounts = await self.deps.accounts.standing(clinic.id)
        seen = replace(reader, clock_jumped=jumped, accounts=accounts, alarm=await self._alarm(reader))
        return await with_openings(self.deps, seen)

    async def require_proof(self, request: Request) -> None:
        """Raise ProofNeeded if the route asks again who is there, and that was shown too long ago."""
        session = await self.sessions.of(request) if asks(request) else None
        if session is not None:
            now = self.deps.now_system()
            require_proof(request, session, now - session.proved_at if session.proved_at else None)

    async def watcher(self, request: Request, right: Right) -> Reader:
        """Return who has a page open that looks for news by itself; that keeps no session alive.

        What such a page is handed of patients is noted by `note_again`.
        """
        clinic = await self.deps.uow.clinic(self.deps.clinic)
        session = await self.sessions.of(request, is_used=False)
        reader = self._reader(request, clinic, session)
        if session is None:
            raise SignInNeeded
        if not reader.may(right):
            raise Forbidden
        return await with_openings(self.deps, replace(reader, alarm=await self._alarm(reader)))

    async def _alarm(self, reader: Reader) -> AlarmBar:
        if not reader.may(Right.ALERTS):
            return NO_ALARM
        waiting = await self.deps.alert_views.waiting(self.deps.clinic)
        return AlarmBar(tuple(waiting), is_clinical=reader.may(Right.SEE_PATIENTS))

    def show(self, reader: Reader, template: str, /, *, status: int = 200, **values: Any) -> Response:
        """Return a page, with the notice that a redirect may have brought along."""
        values.setdefault("notice", _notice(reader))
        return self._pages.show(reader, template, status=status, **values)

    async def refuse(self, request: Request, what: str, status: int) -> Response:
        """Return the page `what` (not_found, forbidden, bad_form) with this status."""
        reader = await self.visitor(request)
        return self.message(reader, f"console.{what}.title", f"console.{what}.text", status=status)

    def message(self, reader: Reader, heading: str, text: str, *, status: int = 200) -> Response:
        """Return a page of a heading and a sentence, given by their keys."""
        return self._pages.show(reader, "message.html", status=status, heading=heading, text=text)

    async def save(self, patient: str, *changes: Change) -> None:
        """Save changes to a patient's case; again if the patient answered in the same moment."""
        await self.decide(patient, lambda _: changes)

    async def decide(
        self, patient: str, changes_of: Callable[[Case], Sequence[Change]], *, full: bool = False
    ) -> None:
        """Save what follows from a patient's case, or the `full` one; again if they answered meanwhile."""
        for left in reversed(range(_TRIES)):
            case = await self.deps.uow.case_of(self.deps.clinic, PatientId(patient), full=full)
            try:
                await self.deps.uow.save(case, changes_of(case))
            except ConcurrentUpdate:
                if not left:
                    raise
            else:
                return

    async def review(self, patient: str, act: Callable[[Decision], None]) -> None:
        """Let a use case decide on a patient's whole case, and save what follows."""

        def changes_of(case: Case) -> Sequence[Change]:
            decision = Decision(case, self.deps.world(case.clinic), cause=f"console:{self.deps.ids.new()}")
            act(decision)
            return decision.finish()

        await self.decide(patient, changes_of, full=True)

    def protocol(self, reader: Reader) -> Protocol:
        """Return the clinic's protocol."""
        return self.deps.protocol(reader.clinic)

    def _reader(self, request: Request, clinic: Clinic, session: Session | None) -> Reader:
        catalog = self.deps.catalogs.get(language_of(request, clinic))
        return Reader(request, self.deps, clinic, session, catalog, self.deps.clock.now())


def back_to(path: str, done: str = "", **query: str) -> RedirectResponse:
    """Return a redirect after a change; `done` names the text to show there."""
    values = {**query, **({"done": done} if done else {})}
    return RedirectResponse(f"{path}?{urlencode(values)}" if values else path, status_code=303)


def own_path(path: str) -> str:
    """Return `path` if it is one of the console's own, else the console's first page."""
    return path if path.startswith(HOME) and "\\" not in path and "//" not in path else HOME


def route_class(desk: Desk) -> type[APIRoute]:
    """Return the kind of route that answers refusals with pages."""

    class ConsoleRoute(APIRoute):
        """A route of the console."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Return the handler with the refusals around it."""
            handle = super().get_route_handler()

            async def handle_or_refuse(request: Request) -> Response:
                try:
                    await desk.require_proof(request)
                    response = await handle(request)
                    await desk.note_reading(request, response)
                except SignInNeeded:
                    return _lead_to(request, SIGN_IN)
                except ProofNeeded as needed:
                    return _lead_to(request, f"{CONFIRM}?{urlencode({'back': needed.back})}")
                except Forbidden:
                    return await desk.refuse(request, "forbidden", 403)
                except Erased:
                    return await desk.refuse(request, "erased", 410)
                except NotFound:
                    return await desk.refuse(request, "not_found", 404)
                except RequestValidationError:
                    return await desk.refuse(request, "bad_form", 400)
                else:
                    return response

            return handle_or_refuse

    return ConsoleRoute


def _lead_to(request: Request, page: str) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": page})
    return RedirectResponse(page, status_code=303)


def _notice(reader: Reader) -> Notice | None:
    key = f"console.{reader.request.query_params.get('done', '')}"
    return Notice(reader.catalog.plain(key), "good") if key in _NOTICES else None


_NOTICES = frozenset(
    {
        "console.glass.ended",
        "console.glass.reviewed",
        "console.password.saved",
        "console.account.ended",
        "console.passkey.saved",
        "console.passkey.removed",
        "console.staff.done",
        "console.flag.done",
        "console.tasks.closed",
        "console.date.saved",
        "console.date.cancelled",
        "console.stop.done",
        "console.stop.started_again",
        "console.stop.first",
        "console.pause.done",
        "console.step.sent",
        "console.step.skipped",
        "console.place.saved",
        "console.duplicates.merged",
        "console.duplicates.undone",
        "console.clinic.saved",
        "console.demo.backwards",
        "console.sign_out_done",
        "console.stuck.tried",
        "console.stuck.put_aside",
        "console.stuck.released",
        "console.clock.released",
        "console.documents.judged",
        "console.documents.asked_again",
        "console.papers.marked",
        "console.decision.saved",
        "console.interpreters.done",
        "console.alert.done",
        "console.alert.too_late",
        "console.on_call.saved",
        "console.on_call.unlinked",
        "console.event.done",
        "console.event.is_closed",
        "console.event.closed_already",
        "console.packs.loaded",
        "console.packs.linked",
        "console.packs.worded",
        "console.packs.now_in_force",
        "console.texts.saved",
        "console.texts.same",
        "console.days.saved",
        "console.kept.saved",
        "console.filters.saved",
        "console.filters.full",
        "console.filters.nothing",
        "console.filters.renamed",
        "console.filters.deleted",
        "console.work.too_late",
        "console.work.snoozed",
        "console.work.not_snoozed",
    }
)
