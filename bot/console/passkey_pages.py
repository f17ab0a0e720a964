"""Passkeys at the door, as proof asked again, and in one's own account; nothing here is needed to work."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from bot.console.account import ACCOUNT
from bot.console.asked import Asked, door_brake
from bot.console.deps import Session
from bot.console.desk import CONFIRM, HOME, Desk, SignInNeeded, back_to, own_path
from bot.console.gate import network_of
from bot.console.passkeys import COPIED, MOST_NAME, SIGN_IN, STEP_UP, PasskeyProofs, can_have_passkeys
from bot.console.render import Reader
from bot.console.second_step import BY_PASSKEY, SecondStep
from handlers.errors import NotFound

NEW_PASSKEY: Final = f"{ACCOUNT}/passkeys/new"
_MOST_ANSWER: Final = 20_000

Answer = Annotated[str, Form(max_length=_MOST_ANSWER)]
Name = Annotated[str, Form(max_length=MOST_NAME)]
Back = Annotated[str, Form(max_length=300)]
Id = Annotated[str, Form(max_length=40)]


class PasskeyPages:
    """The routes of passkeys. An address for which browsers make none has none of them."""

    def __init__(self, desk: Desk, second_step: SecondStep) -> None:
        """Take the desk and who lets members in."""
        self._desk = desk
        self._second_step = second_step
        self._proofs = PasskeyProofs(desk.deps)
        self._asked = Asked(desk.deps)
        self._brake = door_brake(desk.deps.now_system)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/passkey/options")(self.ask_anybody)
        router.post("/passkey")(self.sign_in)
        router.post("/confirm/passkey/options")(self.ask_owner)
        router.post("/confirm/passkey")(self.confirm)
        router.get("/account/passkeys/new")(self.show_new)
        router.post("/account/passkeys/options")(self.ask_new)
        router.post("/account/passkeys")(self.learn)
        router.post("/account/passkeys/remove")(self.remove)

    async def ask_anybody(self, request: Request) -> Response:
        """Ask whoever stands at the door for a passkey of this site."""
        self._require_possible()
        if not self._brake.allows(network_of(request)):
            return Response(status_code=429)
        browser = self._asked.new_browser()
        response = _json(await self._proofs.ask(SIGN_IN, browser))
        self._asked.know(response, browser)
        return response

    async def sign_in(self, request: Request, credential: Answer) -> Response:
        """Let in whose passkey signed: that is both proofs at once."""
        self._require_possible()
        deps = self._desk.deps
        proof = await self._proofs.take(SIGN_IN, self._asked.browser_of(request), credential)
        member = await deps.staff.by_id(deps.clinic, proof.staff_id) if proof.staff_id else None
        if member is not None and not proof.problem:
            return await self._second_step.let_in_whole(request, member, BY_PASSKEY)
        is_copy = proof.problem == COPIED
        await self._second_step.note(proof.staff_id, "passkey.copied" if is_copy else "sign-in.refused")
        reader = await self._desk.visitor(request)
        words = "console.passkey.copied" if is_copy else "console.passkey.unknown"
        return self._desk.message(reader, "console.passkey.refused", words, status=401)

    async def ask_owner(self, request: Request) -> Response:
        """Ask who is signed in for one of their own passkeys."""
        _, session = await self._own(request)
        return _json(await self._proofs.ask(STEP_UP, session.key, session.staff_id))

    async def confirm(self, request: Request, credential: Answer, back: Back = HOME) -> Response:
        """Take a passkey as proof of who is there, for ten minutes."""
        reader, session = await self._own(request)
        proof = await self._proofs.take(STEP_UP, session.key, credential)
        if proof.problem or proof.staff_id != session.staff_id:
            await self._note(reader, "passkey.copied" if proof.problem == COPIED else "confirm.refused")
            return back_to(CONFIRM, back=own_path(back), refused="passkey")
        await self._desk.sessions.prove(session)
        await self._note(reader, "confirm.done")
        return back_to(own_path(back))

    async def show_new(self, request: Request) -> Response:
        """Ask for a name of the passkey that is to be made."""
        reader, _ = await self._own(request)
        return self._desk.show(reader, "passkey.html", problem="", name="")

    async def ask_new(self, request: Request) -> Response:
        """Ask the reader's authenticator for a new passkey."""
        reader, session = await self._own(request)
        member = await self._desk.deps.staff.by_id(self._desk.deps.clinic, session.staff_id)
        if member is None:
            raise SignInNeeded
        return _json(await self._proofs.ask_new(member, session, reader.clinic.name))

    async def learn(self, request: Request, name: Name, credential: Answer) -> Response:
        """Keep the passkey that the authenticator made."""
        reader, session = await self._own(request)
        called = " ".join(name.split()) or reader.catalog.plain("console.passkey.nameless")
        if not await self._proofs.learn(session, called, credential):
            return self._desk.show(
                reader, "passkey.html", status=400, problem="console.passkey.failed", name=name
            )
        await self._note(reader, "staff.passkey")
        return back_to(ACCOUNT, "passkey.saved")

    async def remove(self, request: Request, passkey: Id) -> Response:
        """Forget one of the reader's own passkeys."""
        reader, session = await self._own(request)
        deps = self._desk.deps
        if await deps.door.passkeys.drop(deps.clinic, session.staff_id, passkey):
            await self._note(reader, "staff.passkey.remove")
        return back_to(ACCOUNT, "passkey.removed")

    async def _own(self, request: Request) -> tuple[Reader, Session]:
        reader = await self._desk.reader(request)
        if reader.session is None:
            raise SignInNeeded
        self._require_possible()
        return reader, reader.session

    def _require_possible(self) -> None:
        if not can_have_passkeys(self._desk.deps.public_url):
            raise NotFound("browsers make no passkey for this address")

    async def _note(self, reader: Reader, action: str) -> None:
        await self._desk.deps.note(self._desk.audit(reader, action, reader.staff_id))


def _json(options: str) -> Response:
    return Response(options, media_type="application/json")
