"""One's own account: where one is signed in, the second step, and showing again who one is."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.authenticator import Authenticator, new_secret
from bot.console.deps import Session
from bot.console.desk import HOME, SIGN_IN, Desk, SignInNeeded, back_to, own_path
from bot.console.gate import Gate
from bot.console.passkeys import can_have_passkeys
from bot.console.passwords import MAX_LENGTH
from bot.console.render import Reader
from bot.console.second_step import AUTHENTICATOR, BY_OIDC

ACCOUNT = "/console/account"

_REFUSALS: Final = {"passkey": "console.passkey.no_proof", "oidc": "console.oidc.no_proof"}

Key = Annotated[str, Form(pattern="^[0-9a-f]{64}$")]
Secret = Annotated[str, Form(max_length=MAX_LENGTH)]
Back = Annotated[str, Form(max_length=300)]


class AccountPages:
    """The routes of one's own account."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        """Take the desk and the door's counts."""
        self._desk = desk
        self._gate = gate
        self._authenticator = Authenticator(desk.deps)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/account")(self.show)
        router.post("/account/sessions/end")(self.end_session)
        router.post("/account/sessions/others")(self.end_others)
        router.post("/account/sessions/all")(self.end_all)
        router.post("/account/app")(self.begin_app)
        router.post("/account/codes")(self.new_codes)
        router.get("/confirm")(self.show_confirm)
        router.post("/confirm")(self.confirm)

    async def show(self, request: Request) -> Response:
        """Show where the reader is signed in, and how."""
        reader, session = await self._own(request)
        deps = self._desk.deps
        return self._desk.show(
            reader,
            "account.html",
            member=await deps.staff.by_id(deps.clinic, session.staff_id),
            sessions=await self._desk.sessions.listed(session),
            codes_left=await deps.door.factors.codes_left(deps.clinic, session.staff_id),
            passkeys=await deps.door.passkeys.of(deps.clinic, session.staff_id),
            can_have_passkeys=can_have_passkeys(deps.public_url),
        )

    async def end_session(self, request: Request, key: Key) -> Response:
        """End one of the reader's sessions."""
        reader, session = await self._own(request)
        if await self._desk.sessions.end_one(session, key):
            await self._note(reader, "staff.session.end")
        return back_to(ACCOUNT, "account.ended")

    async def end_others(self, request: Request) -> Response:
        """End all of the reader's sessions but this one."""
        reader, session = await self._own(request)
        await self._desk.sessions.end_all(session.staff_id, but=session.key)
        await self._note(reader, "staff.session.end")
        return back_to(ACCOUNT, "account.ended")

    async def end_all(self, request: Request) -> Response:
        """Sign out everywhere, here too."""
        reader, session = await self._own(request)
        response = back_to(SIGN_IN, "sign_out_done")
        await self._desk.sessions.end_all(session.staff_id)
        await self._desk.sessions.end(request, response)
        await self._note(reader, "staff.session.end")
        return response

    async def begin_app(self, request: Request) -> Response:
        """Make the secret that a new app is about to learn; until it shows a code the old one holds."""
        _, session = await self._own(request)
        deps = self._desk.deps
        await deps.door.sessions.begin_app(deps.clinic, session.key, new_secret(deps.ids))
        return back_to(AUTHENTICATOR)

    async def new_codes(self, request: Request) -> Response:
        """Replace the recovery codes and show the new ones, once."""
        reader, session = await self._own(request)
        if not session.has_app:
            return back_to(ACCOUNT)
        codes = await self._authenticator.new_codes(session.staff_id)
        await self._note(reader, "staff.recovery")
        return self._desk.show(reader, "recovery_codes.html", codes=codes, there=ACCOUNT)

    async def show_confirm(self, request: Request, back: str = HOME, refused: str = "") -> Response:
        """Ask once more who is there; `refused` names what was no proof just now."""
        reader, _ = await self._own(request)
        return await self._confirm_page(reader, back, _REFUSALS.get(refused, ""), 200)

    async def confirm(self, request: Request, secret: Secret, back: Back = HOME) -> Response:
        """Take a password or a code as proof, for ten minutes."""
        reader, session = await self._own(request)
        deps = self._desk.deps
        member = await deps.staff.by_id(deps.clinic, session.staff_id)
        made = await self._gate.take(request, "confirm", member.email if member else "")
        if made is None:
            return await self._confirm_page(reader, back, "console.sign_in.wait", 429)
        if not await self._proves(session, member.password_hash if member else None, secret):
            await self._note(reader, "confirm.refused")
            return await self._confirm_page(reader, back, "console.confirm.wrong", 401)
        await self._gate.passed(made)
        await self._desk.sessions.prove(session)
        await self._note(reader, "confirm.done")
        return back_to(own_path(back))

    async def _proves(self, session: Session, password_hash: str | None, secret: str) -> bool:
        if session.has_app and await self._authenticator.passes(session.staff_id, secret):
            return True
        return await self._desk.passwords.matches(secret, password_hash)

    async def _confirm_page(self, reader: Reader, back: str, problem: str, status: int) -> Response:
        deps = self._desk.deps
        own = await deps.door.passkeys.of(deps.clinic, reader.staff_id)
        has_passkey = bool(own) and can_have_passkeys(deps.public_url)
        has_oidc = deps.oidc is not None and reader.session is not None and reader.session.came_by == BY_OIDC
        ways = {"has_passkey": has_passkey, "has_oidc": has_oidc}
        values = {"problem": problem, "back": own_path(back), **ways}
        return self._desk.show(reader, "confirm.html", status=status, **values)

    async def _own(self, request: Request) -> tuple[Reader, Session]:
        reader = await self._desk.reader(request)
        if reader.session is None:
            raise SignInNeeded
        return reader, reader.session

    async def _note(self, reader: Reader, action: str) -> None:
        await self._desk.deps.note(self._desk.audit(reader, action, reader.staff_id))
