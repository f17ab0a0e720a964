"""On call: who is told of alerts and in which order; chats of staff. An administrator's page."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.alert_pages import chat_link
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from handlers.core.on_call import USUAL, Chain, Rung, reaches_somebody
from handlers.errors import NotFound
from storage.on_call import THE_CLINIC

_PAGE: Final = "/console/on-call"
RUNGS: Final = 8
"""So many members of staff may stand in a chain."""

_MINUTES: Final = range(1, 1441)
_LONGEST: Final = 254

Whose = Annotated[str, Form(min_length=1, max_length=64)]


class OnCallPages:
    """The routes of who is on call."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/on-call")(self.show)
        router.post("/on-call")(self.save)
        router.post("/on-call/chat")(self.link_chat)
        router.post("/on-call/chat/{chat}/unlink")(self.unlink)

    async def show(self, request: Request) -> Response:
        """Show the chain and the linked chats."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        return await self._page(reader, await self._desk.deps.on_call.chain(self._desk.deps.clinic))

    async def save(self, request: Request) -> Response:
        """Keep the chain of the form; rungs without a person are left out."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        deps = self._desk.deps
        known = {member.id for member in await deps.staff.members(deps.clinic)}
        form = {name: str(value).strip() for name, value in (await request.form()).items()}
        chain = _chain(form, known)
        if chain is None:
            kept = await deps.on_call.chain(deps.clinic)
            return await self._page(reader, kept, problem="console.on_call.bad")
        await deps.on_call.save(deps.clinic, chain, by=reader.staff_id, now=reader.now)
        await deps.note(self._desk.audit(reader, "on-call.save", deps.clinic))
        return back_to(_PAGE, "on_call.saved")

    async def link_chat(self, request: Request, whose: Whose) -> Response:
        """Make one-time links for a member's chat, or for the clinic's group, and show them once."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        deps = self._desk.deps
        names = {member.id: member.name for member in await deps.staff.members(deps.clinic)}
        if whose != THE_CLINIC and whose not in names:
            raise NotFound("no such member")
        links = {"private": await chat_link(self._desk, whose)}
        if whose == THE_CLINIC:
            links["group"] = await chat_link(self._desk, whose, group=True)
        await deps.note(self._desk.audit(reader, "on-call.chat", whose))
        chain = await deps.on_call.chain(deps.clinic)
        return await self._page(reader, chain, links=links, whose=names.get(whose, ""))

    async def unlink(self, request: Request, chat: str) -> Response:
        """Tell nothing more at a chat."""
        reader = await self._desk.reader(request, Right.SETTINGS)
        deps = self._desk.deps
        if not await deps.on_call.unlink(deps.clinic, chat, now=reader.now):
            raise NotFound("no such chat")
        await deps.note(self._desk.audit(reader, "on-call.unlink", chat))
        return back_to(_PAGE, "on_call.unlinked")

    async def _page(
        self,
        reader: Reader,
        chain: Chain,
        *,
        problem: str = "",
        links: Mapping[str, str] | None = None,
        whose: str = "",
    ) -> Response:
        deps = self._desk.deps
        blanks = (Rung("", USUAL.minutes),) * RUNGS
        return self._desk.show(
            reader,
            "on_call.html",
            status=400 if problem else 200,
            chain=chain,
            rungs=(*chain.rungs, *blanks)[: max(RUNGS, len(chain.rungs))],
            usual=USUAL,
            members=await deps.staff.members(deps.clinic),
            chats=await deps.on_call.chats(deps.clinic),
            reaches=reaches_somebody(*await deps.on_call.duty(deps.clinic, deps.means)),
            the_clinic=THE_CLINIC,
            problem=problem,
            links=links,
            whose=whose,
        )


def _chain(form: Mapping[str, str], known: set[str]) -> Chain | None:
    """Return the chain that a form holds, None if something in it is wrong."""
    numbered = ((form.get(f"staff_{n}", ""), _minutes(form.get(f"minutes_{n}", ""))) for n in range(RUNGS))
    chosen = [(person, minutes) for person, minutes in numbered if person in known]
    rungs = tuple(Rung(person, minutes) for person, minutes in chosen if minutes)
    last, orange = _minutes(form.get("minutes", "")), _minutes(form.get("orange_minutes", ""))
    email = form.get("email", "").casefold()
    if len(rungs) < len(chosen) or not last or not orange or not _is_mail(email):
        return None
    return Chain(rungs, email, last, orange)


def _minutes(said: str) -> int:
    """Return the minutes, 0 for what is no such number."""
    return int(said) if said.isdecimal() and said.isascii() and int(said) in _MINUTES else 0


def _is_mail(email: str) -> bool:
    has_parts = email.count("@") == 1 and not email.startswith("@") and not email.endswith("@")
    return not email or (has_parts and len(email) <= _LONGEST and not set(email) & set(" ,;<>\r\n"))
