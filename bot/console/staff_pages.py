"""The clinic's staff: who they are, and one-time links to get in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right, Role
from bot.console.desk import Desk, back_to
from bot.console.render import Reader
from handlers.errors import NotFound
from storage.staff import Member

LINK_LIFE: Final = timedelta(days=1)

Text = Annotated[str, Form(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class _Link:
    name: str
    url: str


class StaffPages:
    """The routes of staff."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/staff")(self.show)
        router.post("/staff")(self.add)
        router.post("/staff/{staff_id}/link")(self.make_link)
        router.post("/staff/{staff_id}/reset")(self.reset)
        router.post("/staff/{staff_id}/disable")(self.disable)
        router.post("/staff/{staff_id}/role")(self.change_role)
        router.post("/staff/{staff_id}/enable")(self.enable)

    async def show(self, request: Request) -> Response:
        """Show who may sign in."""
        return await self._page(await self._desk.reader(request, Right.STAFF))

    async def add(self, request: Request, name: Text, email: Text, role: Annotated[Role, Form()]) -> Response:
        """Add a member and show their one-time link."""
        reader = await self._desk.reader(request, Right.STAFF)
        deps = self._desk.deps
        member = Member(deps.ids.new(), name.strip(), email.strip().casefold(), role)
        if "@" not in member.email:
            return await self._page(reader, problem="console.staff.bad")
        if not await deps.staff.add(deps.clinic, member, now_system=deps.now_system()):
            return await self._page(reader, problem="console.staff.taken")
        await deps.note(self._desk.audit(reader, f"staff.add.{role}", member.id))
        return await self._page(reader, link=await self._link(member))

    async def make_link(self, request: Request, staff_id: str) -> Response:
        """Make a member a new one-time link and show it, once."""
        reader = await self._desk.reader(request, Right.STAFF)
        member = await self._member(staff_id)
        await self._desk.deps.note(self._desk.audit(reader, "staff.link", member.id))
        return await self._page(reader, link=await self._link(member))

    async def reset(self, request: Request, staff_id: str) -> Response:
        """Forget a lost phone: its owner is out everywhere at once, and meets a new one by this link."""
        reader = await self._desk.reader(request, Right.STAFF)
        member, deps = await self._member(staff_id), self._desk.deps
        await deps.door.factors.forget(deps.clinic, member.id)
        await self._desk.sessions.end_all(member.id)
        await deps.note(self._desk.audit(reader, "staff.reset", member.id))
        return await self._page(reader, link=await self._link(member))

    async def disable(self, request: Request, staff_id: str) -> Response:
        """Let a member in no more, and end what they have open; nobody does that to themselves."""
        reader = await self._desk.reader(request, Right.STAFF)
        member, deps = await self._member(staff_id), self._desk.deps
        if member.id == reader.staff_id:
            return await self._page(reader, problem="console.staff.yourself")
        if not await deps.staff.disable(deps.clinic, member.id):
            return await self._page(reader, problem="console.staff.last")
        await self._desk.sessions.end_all(member.id)
        await deps.note(self._desk.audit(reader, "staff.disable", member.id))
        return back_to("/console/staff", "staff.done")

    async def change_role(self, request: Request, staff_id: str, role: Annotated[Role, Form()]) -> Response:
        """Give a member another role, with which they sign in anew; nobody does that to themselves."""
        reader = await self._desk.reader(request, Right.STAFF)
        member, deps = await self._member(staff_id), self._desk.deps
        if member.id == reader.staff_id:
            return await self._page(reader, problem="console.staff.own_role")
        if member.role == role:
            return back_to("/console/staff")
        if not await deps.staff.change_role(deps.clinic, member.id, role):
            return await self._page(reader, problem="console.staff.last")
        await self._desk.sessions.end_all(member.id)
        await deps.note(self._desk.audit(reader, f"staff.role.{role}", member.id))
        return back_to("/console/staff", "staff.role_changed")

    async def enable(self, request: Request, staff_id: str) -> Response:
        """Let a former member in again by a one-time link: nothing by which they came before is good."""
        reader = await self._desk.reader(request, Right.STAFF)
        deps = self._desk.deps
        former = await deps.staff.former(deps.clinic)
        member = next((one for one in former if one.id == staff_id), None)
        if member is None:
            raise NotFound("no such former member")
        await deps.door.factors.forget(deps.clinic, member.id)
        await deps.staff.let_back(deps.clinic, member.id, now_system=deps.now_system())
        await deps.note(self._desk.audit(reader, "staff.enable", member.id))
        return await self._page(reader, link=await self._link(member))

    async def _member(self, staff_id: str) -> Member:
        member = await self._desk.deps.staff.by_id(self._desk.deps.clinic, staff_id)
        if member is None:
            raise NotFound("no such member")
        return member

    async def _link(self, member: Member) -> _Link:
        deps = self._desk.deps
        token, now = deps.ids.secret(), deps.now_system()
        await deps.staff.make_link(deps.clinic, member.id, token, now_system=now, ends_at=now + LINK_LIFE)
        return _Link(member.name, f"{deps.public_url.rstrip('/')}/console/enter/{token}")

    async def _page(self, reader: Reader, *, link: _Link | None = None, problem: str = "") -> Response:
        members = await self._desk.deps.staff.members(self._desk.deps.clinic)
        return self._desk.show(
            reader,
            "staff.html",
            status=400 if problem else 200,
            staff=members,
            former=await self._desk.deps.staff.former(self._desk.deps.clinic),
            roles=tuple(Role),
            link=link,
            problem=problem,
        )
