"""Where summaries are made: one patient's, or all of a clinic's, one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.foundation import Foundation
from bot.restricted import Restriction, restriction_of
from bot.summaries.paper import Sheet, Shelf, sheet_of
from handlers.core.case import Clinic
from handlers.core.values import PatientId
from storage.protocols import questionnaire_files
from storage.questionnaires import editions
from storage.views.console_views import ConsoleViews

_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a summary is made: in which language, and whether they see sensitive answers."""

    language: str
    sees_sensitive: bool


@dataclass(frozen=True, slots=True)
class SummaryRoom:
    """Reads records and makes summaries of them. `shelf` gives what they are made with."""

    views: ConsoleViews
    shelf: Callable[[], Awaitable[Shelf]]
    now: Callable[[], datetime]

    async def sheet(self, clinic: Clinic, patient: PatientId, reader: Reader) -> Sheet:
        """Return one patient's summary; raise NotFound."""
        return await self._sheet(clinic, patient, reader, await self._hidden(reader))

    async def sheets(self, clinic: Clinic, reader: Reader) -> AsyncIterator[Sheet]:
        """Yield the summaries of all patients of the clinic, each read when it is its turn."""
        after, hidden = "", await self._hidden(reader)
        while page := await self.views.ids(clinic.id, after=after, limit=_PAGE):
            for patient in page:
                yield await self._sheet(clinic, patient, reader, hidden)
            after = page[-1]

    async def _hidden(self, reader: Reader) -> Restriction | None:
        if reader.sees_sensitive:
            return None
        shelf = await self.shelf()
        return restriction_of(shelf.protocol, shelf.catalogs)

    async def _sheet(
        self, clinic: Clinic, patient: PatientId, reader: Reader, hidden: Restriction | None
    ) -> Sheet:
        record, shelf = await self.views.record(clinic.id, patient), await self.shelf()
        return sheet_of(record, clinic, shelf, language=reader.language, hidden=hidden, now=self.now())


def summary_room(base: Foundation) -> SummaryRoom:
    """Return the room of a running product; every questionnaire that was ever asked is on its shelf."""
    stores = base.own
    known: list[Shelf] = []

    async def shelf() -> Shelf:
        around = base.around
        if not known or known[0].protocol is not around.protocol:
            kept = await stores.database.read(lambda conn: editions(conn, base.clinic))
            forms = {(one.url, one.version): one.content for one in kept}
            forms |= {(form.url, form.version): content for form, content in questionnaire_files(around.pack)}
            known[:] = [Shelf(around.catalogs, around.protocol, forms)]
        return known[0]

    views = ConsoleViews(stores.database, stores.vault, stores.clinics)
    return SummaryRoom(views, shelf, base.clock.now)
