"""Break-glass: a coordinator who needs a restricted answer in an emergency sees one patient's for a while.

What an opening adds stands in the role matrix (bot/console/access.py), what is restricted in
bot/restricted.py; here is only whose, and why. Lists, exports and files to take along stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right, Role
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from handlers.core.on_call import Way
from handlers.core.values import PatientId
from storage.openings import END, LASTS, OPEN, REVIEW

SHORTEST: Final = 10
"""So many characters a reason has at least."""
_LIST: Final = "/console/break-glass"

Reason = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True)
class GlassPages:
    """The routes of openings in an emergency, and of their review."""

    desk: Desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/patients/{patient}/break-glass")(self.ask)
        router.post("/patients/{patient}/break-glass")(self.open)
        router.post("/patients/{patient}/break-glass/end")(self.end)
        router.get("/break-glass")(self.list)
        router.post("/break-glass/{opening}/review")(self.review)

    async def ask(self, request: Request, patient: str) -> Response:
        """Ask why; what follows from it is said first."""
        reader = await self.desk.reader(request, Right.BREAK_GLASS)
        return await self._form(reader, patient)

    async def open(self, request: Request, patient: str, reason: Reason = "") -> Response:
        """Open the patient's restricted answers to the reader; administrators hear of it at once."""
        reader = await self.desk.reader(request, Right.BREAK_GLASS)
        said = " ".join(reason.split())
        if len(said) < SHORTEST:
            return await self._form(reader, patient, reason=said, problem="console.glass.too_short")
        deps = self.desk.deps
        await deps.openings.open(
            deps.clinic,
            self.desk.audit(reader, OPEN, patient),
            said,
            tell=await self._administrators(),
            now_system=deps.now_system(),
        )
        return back_to(f"/console/patients/{patient}")

    async def end(self, request: Request, patient: str) -> Response:
        """Close what the reader opened before its time is over."""
        reader = await self.desk.reader(request, Right.BREAK_GLASS)
        deps = self.desk.deps
        act = self.desk.audit(reader, END, patient)
        await deps.openings.end(deps.clinic, act, now_system=deps.now_system())
        return back_to(f"/console/patients/{patient}", "glass.ended")

    async def list(self, request: Request) -> Response:
        """Show who opened what, why and until when; what nobody reviewed comes first."""
        reader = await self.desk.reader(request, Right.REVIEW_GLASS)
        found = await self.desk.deps.openings.listed(self.desk.deps.clinic)
        await self.desk.deps.note(self.desk.audit(reader, "glass.list", reader.clinic.id))
        return self.desk.show(reader, "glass_list.html", openings=found)

    async def review(self, request: Request, opening: str) -> Response:
        """Mark one as reviewed: an administrator has spoken with whoever opened it."""
        reader = await self.desk.reader(request, Right.REVIEW_GLASS)
        await self.desk.deps.openings.review(
            self.desk.deps.clinic, opening, self.desk.audit(reader, REVIEW, opening)
        )
        return back_to(_LIST, "glass.reviewed")

    async def _form(self, reader: Reader, patient: str, *, reason: str = "", problem: str = "") -> Response:
        case = await self.desk.deps.uow.case_of(self.desk.deps.clinic, PatientId(patient))
        return self.desk.show(
            reader,
            "glass.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            patient=case.patient,
            minutes=str(int(LASTS.total_seconds() // 60)),
            shortest=SHORTEST,
            reason=reason,
            problem=problem,
        )

    async def _administrators(self) -> Sequence[Way]:
        """Return every way on which an administrator can be told here, each once."""
        _, roster = await self.desk.deps.on_call.duty(self.desk.deps.clinic, self.desk.deps.means)
        ways = (way for one in roster.people if one.role == Role.ADMINISTRATOR for way in one.ways)
        return tuple({(way.means, way.address): way for way in ways}.values())
