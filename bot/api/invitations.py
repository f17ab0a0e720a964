"""Making invitations."""

from typing import Annotated

from fastapi import APIRouter, Depends

from bot.api.deps import Api, Needs, Program
from bot.api.given import Id, InvitationGiven, LinkGiven
from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.api.shapes import WayShape
from bot.console.clinic_words import still_empty
from handlers.core.values import PatientId


class Invitations:
    """The route of invitations."""

    def __init__(self, api: Api) -> None:
        """Take what it stands on."""
        self._api = api

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        invites = Depends(Needs(self._api, Scope.INVITATIONS_WRITE).allows)

        @router.post("/invitations", status_code=201)
        async def invite(program: Annotated[Program, invites], given: InvitationGiven) -> list[WayShape]:
            """Make an invitation: this answer is the only place where its links stand."""
            return await self._made(program, given.kind)

        @router.post("/patients/{patient}/invitations", status_code=201)
        async def link_for(
            program: Annotated[Program, invites], patient: Id, given: LinkGiven
        ) -> list[WayShape]:
            """Make a link for somebody beside a patient, or for the patient to prove who they are."""
            return await self._linked(program, patient, given.kind)

    async def _linked(self, program: Program, patient: str, kind: str) -> list[WayShape]:
        console = self._api.console
        case = await console.uow.case_of(console.clinic, PatientId(patient))
        ways = await console.invite(kind, program.by, case.patient.id)
        await self._api.note(program, f"invite.{kind}", case.patient.id)
        return [WayShape(channel=way.channel, url=way.url) for way in ways]

    async def _made(self, program: Program, kind: str) -> list[WayShape]:
        console = self._api.console
        clinic = await console.uow.clinic(console.clinic)
        if console.production and still_empty(clinic.texts, console.protocol(clinic)):
            raise Problem(409, "words-missing", "The clinic's words are incomplete: see the page Clinic.")
        ways = await console.invite(kind, program.by)
        await self._api.note(program, f"invite.{kind}", "")
        return [WayShape(channel=way.channel, url=way.url) for way in ways]
