"""What keeps the product going and needs a person: stuck work, and a clock that jumped."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import HOME, Desk, back_to, own_path
from bot.console.render import Reader
from bot.staff_words import StaffWords
from handlers import stuck
from handlers.core.held import IN_ORDER
from handlers.core.templates import WINDOW_CODES
from handlers.core.values import PatientId

_PAGE = "/console/stuck"

Id = Annotated[str, Form(min_length=1, max_length=64)]


class UpkeepPages:
    """The routes of upkeep."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/stuck")(self.show)
        router.post("/stuck/message/again")(self.message_again)
        router.post("/stuck/message/aside")(self.message_aside)
        router.post("/stuck/check-in/again")(self.check_in_again)
        router.post("/stuck/check-in/aside")(self.check_in_aside)
        router.post("/stuck/held/again")(self.held_again)
        router.post("/clock/release")(self.release_clock)

    async def show(self, request: Request) -> Response:
        """Show what is stuck: what kind, since when, and why."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        deps = self._desk.deps
        words = StaffWords(reader.catalog, reader.clinic.texts)
        check_ins = await deps.stuck.check_ins(deps.clinic)
        return self._desk.show(
            reader,
            "stuck.html",
            messages=await deps.stuck.messages(deps.clinic),
            check_ins=check_ins,
            held=await deps.held.listed(deps.clinic),
            held_by=lambda code: _held_by(code, reader),
            why=lambda code: words.titled(f"console.stuck.why.{code}", code),
            step=lambda step: words.titled(f"console.step.{step}", step),
        )

    async def message_again(self, request: Request, item: Id) -> Response:
        """Let a message be read again."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        note = self._desk.audit(reader, "stuck.message.again", item)
        await self._desk.deps.stuck.try_again(self._desk.deps.clinic, item, note)
        return back_to(_PAGE, "stuck.tried")

    async def message_aside(self, request: Request, item: Id) -> Response:
        """Give a message up."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        note = self._desk.audit(reader, "stuck.message.aside", item)
        await self._desk.deps.stuck.set_aside(self._desk.deps.clinic, item, note)
        return back_to(_PAGE, "stuck.put_aside")

    async def check_in_again(self, request: Request, item: Id, patient: Id) -> Response:
        """Let a check-in be opened again."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        note = self._desk.audit(reader, "stuck.check-in.again", PatientId(patient))
        await self._desk.decide(
            patient, lambda case: [*stuck.try_again(case, item, reader.staff_id, reader.now), note]
        )
        return back_to(_PAGE, "stuck.tried")

    async def check_in_aside(self, request: Request, item: Id, patient: Id) -> Response:
        """End a check-in that cannot be opened."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        note = self._desk.audit(reader, "stuck.check-in.aside", PatientId(patient))
        await self._desk.decide(
            patient, lambda case: [*stuck.set_aside(case, item, reader.staff_id, reader.now), note]
        )
        return back_to(_PAGE, "stuck.put_aside")

    async def held_again(self, request: Request, item: Annotated[str, Form(max_length=64)] = "") -> Response:
        """Let a held message, or all of them, go out now: whoever asks has mended what kept them."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        deps = self._desk.deps
        await deps.held.release(
            deps.clinic, item, lambda one: self._desk.audit(reader, "stuck.held.again", one), now=reader.now
        )
        return back_to(_PAGE, "stuck.released")

    async def release_clock(self, request: Request, back: Annotated[str, Form()] = HOME) -> Response:
        """Let time follow the machine's clock again: somebody looked, and it is right."""
        reader = await self._desk.reader(request, Right.UPKEEP)
        await self._desk.deps.clocks.release(reader.staff_id, now=reader.now)
        await self._desk.deps.note(self._desk.audit(reader, "clock.release", ""))
        return back_to(own_path(back), "clock.released")


def _held_by(code: str, reader: Reader) -> str:
    """Return in words why a message is held."""
    if code == IN_ORDER:
        return reader.catalog.plain("console.unsent.waits.next")
    reason = "window" if code in WINDOW_CODES else "template"
    return reader.catalog.plain(f"console.stuck.why.{reason}", code=code)
