"""The second step of signing in: a code of an app, or the first meeting with one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.authenticator import Authenticator, new_secret, shown
from bot.console.desk import HOME, Desk, SignInNeeded, back_to
from bot.console.gate import Gate
from bot.console.sessions import new_session
from handlers.core.changes import Audit
from storage.staff import Member
from storage.staff_sessions import Found

CODE = "/console/code"
AUTHENTICATOR = "/console/authenticator"
PASSWORD = "/console/password"  # noqa: S105 - the page where one is chosen
BY_LINK, BY_PASSWORD, BY_PASSKEY, BY_OIDC = "link", "password", "passkey", "oidc"

Code = Annotated[str, Form(max_length=60)]


class SecondStep:
    """Lets members in, and the routes between the door and the console."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        """Take the desk and the door's counts."""
        self._desk = desk
        self._gate = gate
        self._authenticator = Authenticator(desk.deps)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/code")(self.show_code)
        router.post("/code")(self.take_code)
        router.get("/authenticator")(self.show_app)
        router.post("/authenticator")(self.take_app)

    async def enter(self, request: Request, member: Member, came_by: str) -> Response:
        """Let a member in who came by a link or a password, or ask for what is still owed.

        In production nobody comes in by one proof alone. Who has no app yet meets it by a link that another
        person gave them: a password that somebody guessed makes no app known.
        """
        if member.has_app:
            return await self._owe(request, member, came_by, CODE)
        if not self._desk.deps.production:
            return await self._let_in(request, member, came_by, f"sign-in.{came_by}")
        if came_by == BY_LINK:
            return await self._owe(request, member, came_by, AUTHENTICATOR)
        await self.note(member.id, "sign-in.refused")
        reader = await self._desk.visitor(request)
        return self._desk.message(reader, "console.second.none", "console.second.none_lead", status=403)

    async def let_in_whole(self, request: Request, member: Member, came_by: str) -> Response:
        """Let in who has shown two proofs at once."""
        return await self._let_in(request, member, came_by, f"sign-in.{came_by}")

    async def show_code(self, request: Request) -> Response:
        """Ask for the code."""
        found = await self._desk.sessions.any_of(request)
        if found is None:
            raise SignInNeeded
        return back_to(HOME) if found.is_whole else await self._code_page(request, "", 200)

    async def take_code(self, request: Request, code: Code) -> Response:
        """Open a whole session for who has the code."""
        found = await self._desk.sessions.any_of(request)
        if found is None or found.is_whole or not found.member.has_app:
            raise SignInNeeded
        made = await self._gate.take(request, "code", found.member.email)
        if made is None:
            return await self._code_page(request, "console.sign_in.wait", 429)
        how = await self._authenticator.passes(found.member.id, code)
        if not how:
            await self.note(found.member.id, "sign-in.refused")
            return await self._code_page(request, "console.code.wrong", 401)
        await self._gate.passed(made)
        return await self._let_in(request, found.member, found.came_by, f"sign-in.{how}")

    async def show_app(self, request: Request) -> Response:
        """Show what an app learns its secret from; looking changes nothing, it was made before."""
        return await self._app_page(request, await self._meeting(request), "", 200)

    async def take_app(self, request: Request, code: Code) -> Response:
        """Keep the app that shows this code, and show the recovery codes: this page is their only place."""
        found = await self._meeting(request)
        made = await self._gate.take(request, "app", found.member.email)
        if made is None:
            return await self._app_page(request, found, "console.sign_in.wait", 429)
        codes = await self._authenticator.learn(found.member.id, found.draft, code)
        if not codes:
            return await self._app_page(request, found, "console.code.wrong", 401)
        await self._gate.passed(made)
        await self.note(found.member.id, "staff.app")
        there = "/console/account" if found.is_whole else _next(found.came_by)
        reader = await self._desk.visitor(request)
        response = self._desk.show(reader, "recovery_codes.html", codes=codes, there=there)
        # Whoever came in elsewhere without this app comes in anew.
        await self._desk.sessions.end_all(found.member.id)
        await self._open(request, response, found.member, found.came_by)
        return response

    async def note(self, staff_id: str, action: str) -> None:
        """Write down what happened at the door."""
        deps = self._desk.deps
        await deps.note(Audit(staff_id, action, staff_id, deps.clock.now()))

    async def _owe(self, request: Request, member: Member, came_by: str, page: str) -> Response:
        draft = new_secret(self._desk.deps.ids) if page == AUTHENTICATOR else ""
        half = new_session(request, member.id, came_by, is_whole=False, draft=draft)
        response = back_to(page)
        await self._desk.sessions.begin(request, response, half)
        return response

    async def _let_in(self, request: Request, member: Member, came_by: str, how: str) -> Response:
        response = back_to(_next(came_by))
        await self._open(request, response, member, came_by)
        await self.note(member.id, how)
        return response

    async def _open(self, request: Request, response: Response, member: Member, came_by: str) -> None:
        whole = new_session(request, member.id, came_by, is_whole=True)
        await self._desk.sessions.begin(request, response, whole)
        await self._gate.remember(request, response, member.email)

    async def _meeting(self, request: Request) -> Found:
        found = await self._desk.sessions.any_of(request)
        if found is None or not found.draft:
            raise SignInNeeded
        return found

    async def _code_page(self, request: Request, problem: str, status: int) -> Response:
        reader = await self._desk.visitor(request)
        return self._desk.show(reader, "code.html", status=status, problem=problem)

    async def _app_page(self, request: Request, found: Found, problem: str, status: int) -> Response:
        reader = await self._desk.visitor(request)
        app = shown(found.draft, found.member, reader.clinic.name)
        return self._desk.show(reader, "authenticator.html", status=status, problem=problem, app=app)


def _next(came_by: str) -> str:
    return PASSWORD if came_by == BY_LINK else HOME
