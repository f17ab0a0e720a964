"""The door: the one-time link, the password, and the way out."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.desk import HOME, SIGN_IN, Desk, back_to, own_path
from bot.console.gate import Gate
from bot.console.passkeys import can_have_passkeys
from bot.console.passwords import MAX_LENGTH, MIN_LENGTH
from bot.console.render import LANGUAGE_COOKIE, LANGUAGES, Reader
from bot.console.second_step import BY_LINK, BY_PASSWORD, SecondStep

DEMO_MIN_LENGTH: Final = 8
_YEAR: Final = 365 * 24 * 3600

Text = Annotated[str, Form(max_length=MAX_LENGTH)]


class SignIn:
    """The routes of the door."""

    def __init__(self, desk: Desk, gate: Gate, second_step: SecondStep) -> None:
        """Take the desk, the door's counts and what follows the first step."""
        self._desk = desk
        self._gate = gate
        self._second_step = second_step

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
        """Spend the link and go on from there: it is gone from the address bar with that."""
        deps = self._desk.deps
        staff_id = await deps.staff.spend_link(deps.clinic, token, now_system=deps.now_system())
        member = await deps.staff.by_id(deps.clinic, staff_id) if staff_id else None
        if member is None:
            reader = await self._desk.visitor(request)
            return self._desk.message(reader, "console.enter.used", "console.enter.used_lead", status=410)
        return await self._second_step.enter(request, member, BY_LINK)

    async def show(self, request: Request) -> Response:
        """Show the form."""
        reader = await self._desk.visitor(request)
        if reader.session is not None:
            return back_to(HOME)
        return self._sign_in_page(reader, "", "", 200)

    async def sign_in(self, request: Request, email: Text, password: Text) -> Response:
        """Go on with whoever has the password; unknown and known addresses look the same."""
        account = email.strip().casefold()
        made = await self._gate.take(request, "password", account)
        if made is None:
            return await self._refused(request, "console.sign_in.wait", email, 429)
        deps = self._desk.deps
        member = await deps.staff.by_email(deps.clinic, account)
        fits = await self._desk.passwords.matches(password, member.password_hash if member else None)
        if member is None or not fits:
            await self._second_step.note(member.id if member else "", "sign-in.refused")
            return await self._refused(request, "console.sign_in.wrong", email, 401)
        await self._gate.passed(made)
        return await self._second_step.enter(request, member, BY_PASSWORD)

    async def show_password(self, request: Request) -> Response:
        """Show the form for a new password."""
        return await self._password_page(await self._desk.reader(request), "")

    async def set_password(self, request: Request, password: Text) -> Response:
        """Store a new password; whoever came in elsewhere comes in anew."""
        reader = await self._desk.reader(request)
        if len(password) < self._shortest():
            return await self._password_page(reader, "console.password.short")
        deps = self._desk.deps
        hashed = await self._desk.passwords.hash(password)
        await deps.staff.set_password(deps.clinic, reader.staff_id, hashed)
        if reader.session is not None:
            await self._desk.sessions.end_all(reader.staff_id, but=reader.session.key)
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
            is_https = self._desk.deps.public_url.startswith("https://")
            response.set_cookie(
                LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax", secure=is_https
            )
        return response

    async def _refused(self, request: Request, problem: str, name: str, status: int) -> Response:
        reader = await self._desk.visitor(request)
        return self._sign_in_page(reader, problem, name, status)

    def _sign_in_page(self, reader: Reader, problem: str, name: str, status: int) -> Response:
        has_passkeys = can_have_passkeys(self._desk.deps.public_url)
        has_oidc = self._desk.deps.oidc is not None
        values = {"problem": problem, "name": name, "has_passkeys": has_passkeys, "has_oidc": has_oidc}
        return self._desk.show(reader, "sign_in.html", status=status, **values)

    async def _password_page(self, reader: Reader, problem: str) -> Response:
        member = await self._desk.deps.staff.by_id(self._desk.deps.clinic, reader.staff_id)
        email, shortest = member.email if member else "", self._shortest()
        return self._desk.show(reader, "password.html", problem=problem, email=email, min_length=shortest)

    def _shortest(self) -> int:
        return DEMO_MIN_LENGTH if self._desk.deps.demo else MIN_LENGTH
