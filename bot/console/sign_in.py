"""Signing in: the one-time link, the password, and the way out."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.desk import HOME, SIGN_IN, Desk, back_to, own_path
from bot.console.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, matches
from bot.console.render import LANGUAGE_COOKIE, LANGUAGES, Reader
from bot.web_guard import Brake
from handlers.core.changes import Audit

DEMO_MIN_LENGTH: Final = 8
_YEAR: Final = 365 * 24 * 3600
_PERIOD: Final = timedelta(minutes=15)

Text = Annotated[str, Form(max_length=MAX_LENGTH)]


class SignIn:
    """The routes of the door."""

    def __init__(self, desk: Desk) -> None:
        """Set up the brakes: ten tries per account and thirty per address in 15 minutes."""
        self._desk = desk
        self._accounts = Brake(10, _PERIOD, desk.deps.now_system)
        self._addresses = Brake(30, _PERIOD, desk.deps.now_system)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/enter/{token}")(self.show_link)
        router.post("/enter/{token}")(self.spend_link)
        router.get("/sign-in")(self.show)
        router.post("/sign-in")(self.sign_in)
        router.get("/password")(self.show_password)
        router.post("/password")(self.set_password)
        router.post("/sign-out")(self.sign_out)
        router.post("/language")(self.choose_language)

    async def show_link(self, request: Request, token: str) -> Response:
        """Show a Continue button: link previews and mail scanners must not spend the link."""
        return self._desk.show(await self._desk.visitor(request), "enter.html")

    async def spend_link(self, request: Request, token: str) -> Response:
        """Spend the link and sign its owner in."""
        deps = self._desk.deps
        staff_id = await deps.staff.spend_link(deps.clinic, token, now_system=deps.now_system())
        if staff_id is None:
            reader = await self._desk.visitor(request)
            return self._desk.message(reader, "console.enter.used", "console.enter.used_lead", status=410)
        return await self._let_in(staff_id, "sign-in.link", back_to("/console/password"))

    async def show(self, request: Request) -> Response:
        """Show the form."""
        reader = await self._desk.visitor(request)
        if reader.session is not None:
            return back_to(HOME)
        return self._desk.show(reader, "sign_in.html", problem="", name="")

    async def sign_in(self, request: Request, email: Text, password: Text) -> Response:
        """Open a session if the password fits; unknown and known addresses look the same."""
        address = request.client.host if request.client else ""
        account = email.strip().casefold()
        if not (self._addresses.allows(address) and self._accounts.allows(account)):
            return await self._refused(request, "console.sign_in.wait", email, 429)
        deps = self._desk.deps
        member = await deps.staff.by_email(deps.clinic, account)
        fits = await matches(password, member.password_hash if member else None)
        if member is None or not fits:
            return await self._refused(request, "console.sign_in.wrong", email, 401)
        self._accounts.release(account)
        self._addresses.release(address)
        return await self._let_in(member.id, "sign-in.password", back_to(HOME))

    async def show_password(self, request: Request) -> Response:
        """Show the form for a new password."""
        return await self._password_page(await self._desk.reader(request), "")

    async def set_password(self, request: Request, password: Text) -> Response:
        """Store a new password."""
        reader = await self._desk.reader(request)
        if len(password) < self._shortest():
            return await self._password_page(reader, "console.password.short")
        deps = self._desk.deps
        await deps.staff.set_password(deps.clinic, reader.staff_id, await hash_password(password))
        await deps.note(self._desk.audit(reader, "staff.password", reader.staff_id))
        return back_to(HOME, "password.saved")

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        response = back_to(SIGN_IN, "sign_out_done")
        await self._desk.sessions.end(request, response)
        return response

    async def choose_language(
        self, request: Request, language: Text, back: Annotated[str, Form()] = HOME
    ) -> Response:
        """Remember the console's language in a cookie."""
        response = back_to(own_path(back))
        if language in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax")
        return response

    async def _let_in(self, staff_id: str, how: str, response: Response) -> Response:
        await self._desk.sessions.begin(response, staff_id)
        await self._desk.deps.note(Audit(staff_id, how, staff_id, self._desk.deps.clock.now()))
        return response

    async def _refused(self, request: Request, problem: str, name: str, status: int) -> Response:
        reader = await self._desk.visitor(request)
        return self._desk.show(reader, "sign_in.html", status=status, problem=problem, name=name)

    async def _password_page(self, reader: Reader, problem: str) -> Response:
        members = await self._desk.deps.staff.members(self._desk.deps.clinic)
        email = next((member.email for member in members if member.id == reader.staff_id), "")
        shortest = self._shortest()
        return self._desk.show(reader, "password.html", problem=problem, email=email, min_length=shortest)

    def _shortest(self) -> int:
        return DEMO_MIN_LENGTH if self._desk.deps.demo else MIN_LENGTH
