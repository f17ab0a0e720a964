"""Sign-in by the clinic's identity provider: there by a link, back by a page whose button takes the answer.

The provider sends the browser back by a GET from another site, to which browsers give none of our strict
cookies and by which nothing may change. So that page only holds a form, which sends itself where scripts run.
"""

import json
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Form, Query, Request, Response

from bot.console.asked import Asked, door_brake
from bot.console.desk import CONFIRM, HOME, Desk, SignInNeeded, back_to, own_path
from bot.console.gate import network_of
from bot.console.render import Reader
from bot.console.second_step import BY_OIDC, SecondStep
from bot.oidc.faults import ProviderFault
from bot.oidc.provider import Provider, Question
from bot.oidc.tokens import Identity
from handlers.errors import NotFound
from storage.staff import Member

log = structlog.get_logger(__name__)
COME_BACK: Final = "/console/oidc/back"
_SIGN_IN, _STEP_UP = "oidc-sign-in", "oidc-step-up"
_MOST: Final = 4000

Back = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=_MOST)]
Asks = Annotated[str, Query(max_length=_MOST)]


class OidcPages:
    """The routes of the identity provider; a clinic without one has none of them."""

    def __init__(self, desk: Desk, second_step: SecondStep) -> None:
        """Take the desk and who lets members in."""
        self._desk = desk
        self._second_step = second_step
        self._asked = Asked(desk.deps)
        self._brake = door_brake(desk.deps.now_system)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/oidc")(self.go)
        router.post("/confirm/oidc")(self.go_again)
        router.get("/oidc/back")(self.show_back)
        router.post("/oidc/back")(self.come_back)

    async def go(self, request: Request) -> Response:
        """Lead to the provider whoever stands at the door."""
        provider = self._provider()
        reader = await self._desk.visitor(request)
        if not self._brake.allows(network_of(request)):
            return self._message(reader, "console.sign_in.wait", 429)
        return await self._lead(reader, provider, _SIGN_IN, HOME)

    async def go_again(self, request: Request, back: Back = HOME) -> Response:
        """Lead to the provider who is signed in, to show there once more who they are."""
        reader = await self._desk.reader(request)
        return await self._lead(reader, self._provider(), _STEP_UP, own_path(back))

    async def show_back(
        self, request: Request, code: Asks = "", state: Asks = "", error: Asks = ""
    ) -> Response:
        """Show the button that takes the provider's answer; looking changes nothing."""
        self._provider()
        reader = await self._desk.visitor(request)
        if error or not code or not state:
            return self._message(reader, "console.oidc.declined", 401)
        return self._desk.show(reader, "oidc_back.html", code=code, state=state)

    async def come_back(self, request: Request, code: Text, state: Text) -> Response:
        """Let in whom the provider names, if this browser was sent there, and not long ago."""
        provider, browser = self._provider(), self._asked.browser_of(request)
        for purpose in (_SIGN_IN, _STEP_UP):
            data = await self._asked.take(state, purpose, browser) if browser else None
            if data is not None:
                return await self._answered(request, provider, (purpose, state, code), json.loads(data))
        return await self._refused(request, "", "console.oidc.state")

    async def _lead(self, reader: Reader, provider: Provider, purpose: str, back: str) -> Response:
        ids, browser = self._desk.deps.ids, self._asked.new_browser()
        kept = {"nonce": ids.secret(), "verifier": ids.secret(), "back": back}
        state = await self._asked.ask(purpose, browser, json.dumps(kept))
        question = Question(self._address(), state, kept["nonce"], kept["verifier"])
        try:
            there = await provider.way_in(question, again=purpose == _STEP_UP)
        except ProviderFault as broken:
            log.warning("identity provider", fault=broken.fault.value)
            return self._message(reader, f"console.oidc.{broken.fault}", 502)
        response = self._desk.show(reader, "oidc_go.html", there=there)
        self._asked.know(response, browser)
        return response

    async def _answered(
        self, request: Request, provider: Provider, answer: tuple[str, str, str], kept: dict[str, str]
    ) -> Response:
        purpose, state, code = answer
        question = Question(self._address(), state, kept["nonce"], kept["verifier"])
        try:
            identity = await provider.identity(question, code)
        except ProviderFault as broken:
            log.warning("identity provider", fault=broken.fault.value)
            return await self._refused(request, "", f"console.oidc.{broken.fault}")
        if purpose == _STEP_UP:
            return await self._proved(request, provider, identity, kept["back"])
        member = await self._member(identity)
        if member is None:
            return await self._refused(request, "", "console.oidc.nobody")
        if provider.has_second_step(identity):
            return await self._second_step.let_in_whole(request, member, BY_OIDC)
        return await self._second_step.enter(request, member, BY_OIDC)

    async def _proved(self, request: Request, provider: Provider, identity: Identity, back: str) -> Response:
        """Take it as proof of who is there, if it is them and they showed it just now."""
        reader, deps = await self._desk.reader(request), self._desk.deps
        if reader.session is None:
            raise SignInNeeded
        known = await deps.door.identities.member(deps.clinic, identity.issuer, identity.subject)
        if known != reader.staff_id or not provider.is_fresh(identity):
            await deps.note(self._desk.audit(reader, "confirm.refused", reader.staff_id))
            return back_to(CONFIRM, back=back, refused="oidc")
        await self._desk.sessions.prove(reader.session)
        await deps.note(self._desk.audit(reader, "confirm.done", reader.staff_id))
        return back_to(own_path(back))

    async def _member(self, identity: Identity) -> Member | None:
        """Return who this is here: nobody comes to be a member by it, and nobody by another's old address."""
        deps, by = self._desk.deps, (identity.issuer, identity.subject)
        if known := await deps.door.identities.member(deps.clinic, *by):
            return await deps.staff.by_id(deps.clinic, known)
        member = await deps.staff.by_email(deps.clinic, identity.email)
        now = deps.now_system()
        if member is None or not await deps.door.identities.link(deps.clinic, member.id, *by, now_system=now):
            return None
        await self._second_step.note(member.id, "staff.oidc")
        return member

    async def _refused(self, request: Request, staff_id: str, words: str) -> Response:
        await self._second_step.note(staff_id, "sign-in.refused")
        return self._message(await self._desk.visitor(request), words, 401)

    def _message(self, reader: Reader, words: str, status: int) -> Response:
        return self._desk.message(reader, "console.oidc.refused", words, status=status)

    def _provider(self) -> Provider:
        if self._desk.deps.oidc is None:
            raise NotFound("the clinic has no identity provider")
        return self._desk.deps.oidc

    def _address(self) -> str:
        return f"{self._desk.deps.public_url}{COME_BACK}"
