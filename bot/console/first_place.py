"""At which of a patient's chats check-ins come first: staff may choose it, as the patient may."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk, back_to
from handlers.core.case import Case, Contact
from handlers.core.changes import Change
from handlers.core.values import ContactId
from handlers.errors import NotFound
from handlers.places import prefer, several

Id = Annotated[str, Form(min_length=1, max_length=64)]


class FirstPlace:
    """The route by which it is chosen."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.post("/patients/{patient}/place")(self.choose)

    async def choose(self, request: Request, patient: str, contact: Id) -> Response:
        """Bring check-ins to this contact first; NotFound if it is none of the patient's places."""
        reader = await self._desk.reader(request, Right.PLAN)
        note = self._desk.audit(reader, "patient.place", patient)
        await self._desk.decide(patient, lambda case: [*chosen(case, contact), note])
        return back_to(f"/console/patients/{patient}", "place.saved")


def chosen(case: Case, contact: str) -> Sequence[Change]:
    """Return what makes a contact the first place; raise NotFound if it is none of the patient's places."""
    if contact not in {one.id for one in several(case.people())}:
        raise NotFound("no such place of this patient")
    return prefer(case, ContactId(contact))


def first_of(contacts: Sequence[Contact]) -> dict[str, bool]:
    """Return the ids of contacts among which staff may choose, and whether each is the first."""
    places = several(contacts)
    return {one.id: one is places[0] for one in places}
