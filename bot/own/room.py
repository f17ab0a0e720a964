"""Where a patient's own data is read: by who stands at a contact point, and never more than they may see."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.foundation import Foundation
from bot.own.printed import own_pdf
from bot.own.sheet import OwnSheet, own_sheet
from bot.own.words import OwnWords
from bot.summaries.gather import told_of
from handlers.core.bundle.own import Message, Own, own_bundle
from handlers.core.case import Case, Reach
from handlers.core.changes import Audit
from handlers.core.papers import DocumentState
from handlers.core.summary.told import Reading, Superseded, Told, ToldResponse
from handlers.core.values import AnsweredBy, ContactPoint, DocumentId
from handlers.errors import NotFound
from handlers.own_data import TASK
from handlers.together import is_joined_helper
from handlers.wording import language_of
from locales import Catalog
from storage.audit.trail import Trail
from storage.legal_holds import is_held
from storage.views.console_views import ConsoleViews
from storage.views.models import Record, ResponseView

BY: Final = "patient"


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """Reads for our page; each thing handed out is a line in the record of acts.

    `matches` says whether typed words are the date of birth of a case.
    """

    base: Foundation
    matches: Callable[[Foundation, Case, str], bool]

    async def asks_birth_date(self, point: ContactPoint) -> bool:
        """Say whether a date of birth is known that must be given first."""
        case = await self._case(point)
        return case is not None and bool(case.patient.birth_date)

    async def is_birth_date(self, point: ContactPoint, typed: str) -> bool:
        """Say whether `typed` is the patient's date of birth."""
        case = await self._case(point)
        return case is not None and self.matches(self.base, case, typed)

    async def sheet(self, point: ContactPoint, *, action: str = "own.read") -> OwnSheet | None:
        """Return everything in words; None where nothing is kept, or who asks may not see it."""
        case = await self._case(point)
        if case is None:
            return None
        record = await self._record(case)
        await self._note(case, action)
        patient = case.patient.id
        held = await self.base.stores.database.read(lambda conn: is_held(conn, self.base.clinic, patient))
        protocol = self.base.around.protocol
        return own_sheet(record, case, protocol, self._catalog(case), task=TASK, on_hold=held)

    async def bundle(self, point: ContactPoint) -> bytes | None:
        """Return everything as FHIR JSON."""
        case = await self._case(point)
        if case is None:
            return None
        record = await self._record(case)
        await self._note(case, "own.fhir")
        words = OwnWords(self._catalog(case), {**self.base.around.protocol.texts, **case.clinic.texts})
        reading = Reading(clinic=words, patient=words, sees_sensitive=True)
        made = own_bundle(self._own(record, case), self.base.around.protocol, reading)
        return json.dumps(made, ensure_ascii=False, indent=1).encode()

    async def pdf(self, point: ContactPoint) -> bytes | None:
        """Return everything as PDF."""
        sheet = await self.sheet(point, action="own.pdf")
        if sheet is None:
            return None
        catalog = self.base.around.catalogs.get(sheet.language)
        return await asyncio.to_thread(own_pdf, sheet, catalog, self.base.clock.now())

    async def file(self, point: ContactPoint, document: str) -> tuple[str, AsyncIterator[bytes]] | None:
        """Return the name and the bytes of one of the patient's files; None where there is none."""
        case = await self._case(point)
        if case is None:
            return None
        try:
            found = await self._views().document(self.base.clinic, case.patient.id, DocumentId(document))
        except NotFound:
            return None
        content = await self.base.stores.fetches.open(self.base.clinic, found.id)
        if found.state is not DocumentState.STORED or content is None:
            return None
        await self._note(case, "own.file")
        return found.name or found.id, content

    async def _case(self, point: ContactPoint) -> Case | None:
        """Return the case of who stands there, unless their access is over or it is not theirs to see."""
        case = await self.base.stores.uow.case_at(self.base.clinic, point)
        if case is None or case.is_new or case.contact.reach is Reach.ENDED or is_joined_helper(case):
            return None
        if case.contact.dialogue.doubt is not None:
            return None
        return case

    async def _record(self, case: Case) -> Record:
        """Return the record; a helper who answers for the patient gets no answer that was theirs alone."""
        record = await self._views().record(self.base.clinic, case.patient.id)
        if case.contact.by is not AnsweredBy.HELPER:
            return record
        effects = self.base.around.protocol.effects
        alone = {link for link, effect in effects.items() if effect == "alone"}
        return replace(record, responses=tuple(_without(view, alone) for view in record.responses))

    def _own(self, record: Record, case: Case) -> Own:
        told = told_of(record, self.base.around.protocol)
        checks = tuple(_check_in(view) for view in record.responses if view.response.follow_up is not None)
        return Own(
            told=Told(
                patient=told.patient,
                contacts=told.contacts,
                consents=told.consents,
                responses=(*told.responses, *checks),
                papers=told.papers,
            ),
            clinic=case.clinic.id,
            clinic_name=case.clinic.texts.get("clinic_name") or case.clinic.name,
            at=self.base.clock.now(),
            chats=[
                (one.point.channel.value, one.point.address)
                for one in case.people()
                if one.by is not AnsweredBy.HELPER
            ],
            messages=[Message(one.at, one.inbound, one.text) for one in record.messages if one.text],
            plan=record.follow_ups,
        )

    def _views(self) -> ConsoleViews:
        stores = self.base.stores
        return ConsoleViews(stores.database, stores.vault, stores.clinics)

    def _catalog(self, case: Case) -> Catalog:
        return self.base.around.catalogs.get(language_of(case, self.base.around.world(case.clinic)))

    async def _note(self, case: Case, action: str) -> None:
        stores = self.base.stores
        trail = Trail(stores.database, stores.vault, stores.clinics)
        await trail.note(self.base.clinic, Audit(BY, action, case.patient.id, self.base.clock.now()))


def _without(view: ResponseView, alone: set[str]) -> ResponseView:
    answers = {slot: one for slot, one in view.response.answers.items() if slot.link_id not in alone}
    history = tuple(past for past in view.history if past.slot.link_id not in alone)
    return replace(view, response=replace(view.response, answers=answers), history=history)


def _check_in(view: ResponseView) -> ToldResponse:
    before = tuple(Superseded(past.answer, past.until) for past in view.history)
    return ToldResponse(view.response, view.completed_at, before)
