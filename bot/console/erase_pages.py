"""Erasing a patient: who it is about is named by the case number alone, and what goes is told by counts."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from handlers.core.values import PatientId
from handlers.errors import NotFound
from storage.views.erasable import Erasable

REASONS: Final = ("asked", "mistake")
"""Why somebody is erased, in one word for the tombstone and the record of acts."""

Code = Annotated[str, Form(max_length=40)]
Why = Annotated[str, Form(max_length=20)]


class ErasePages:
    """The routes of erasing. An administrator comes here without seeing anybody's answers."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/erase")(self.find)
        router.post("/erase")(self.found)
        router.get("/patients/{patient}/erase")(self.show)
        router.post("/patients/{patient}/erase")(self.erase)

    async def find(self, request: Request) -> Response:
        """Ask for a case number, and name who asked to be deleted."""
        return await self._find(await self._desk.reader(request, Right.ERASE))

    async def found(self, request: Request, code: Code = "") -> Response:
        """Show the page of the patient with this case number: it stands in no address."""
        reader = await self._desk.reader(request, Right.ERASE)
        try:
            patient = await self._desk.deps.views.patient_with(self._desk.deps.clinic, _meant(code))
        except NotFound:
            return await self._find(reader, problem="console.erase.unknown")
        return back_to(f"/console/patients/{patient}/erase")

    async def show(self, request: Request, patient: str) -> Response:
        """Say exactly what goes and what stays, or that it is done."""
        reader = await self._desk.reader(request, Right.ERASE)
        about = await self._desk.deps.views.erasable(self._desk.deps.clinic, PatientId(patient))
        return await self._page(reader, about)

    async def erase(self, request: Request, patient: str, code: Code = "", why: Why = "") -> Response:
        """Erase, once the case number was typed and a reason chosen; a legal hold forbids it."""
        reader = await self._desk.reader(request, Right.ERASE)
        deps = self._desk.deps
        about = await deps.views.erasable(deps.clinic, PatientId(patient))
        if about.is_erased or about.holds:
            return await self._page(reader, about, status=409)
        if _meant(code) != about.code or why not in REASONS:
            problem = "console.erase.wrong_code" if why in REASONS else "console.erase.no_reason"
            return await self._page(reader, about, problem=problem, why=why, status=400)
        try:
            await deps.erase(about.patient, by=reader.staff_id, reason=why)
        except ValueError:  # a hold that was set in this moment
            about = await deps.views.erasable(deps.clinic, about.patient)
            return await self._page(reader, about, status=409)
        return back_to(f"/console/patients/{patient}/erase")

    async def _page(
        self, reader: Reader, about: Erasable, *, problem: str = "", why: str = "", status: int = 200
    ) -> Response:
        await self._desk.deps.note(self._desk.audit(reader, "patient.erasing.look", about.patient))
        return self._desk.show(
            reader,
            "erase.html",
            status=status,
            about=about,
            reasons=REASONS,
            problem=problem,
            chosen=why,
        )

    async def _find(self, reader: Reader, problem: str = "") -> Response:
        wishes = await self._desk.deps.views.erasure_wishes(self._desk.deps.clinic)
        status = 404 if problem else 200
        return self._desk.show(reader, "erase_find.html", status=status, wishes=wishes, problem=problem)


def _meant(code: str) -> str:
    """Return a case number as it is stored, however it was typed."""
    return code.strip().upper()
