"""The console's reading side: each method is one consistent read of one clinic."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from handlers.core.case import FollowUpState, Patient
from handlers.core.retention import Life
from handlers.core.values import ClinicId, DocumentId, PatientId
from handlers.errors import NotFound
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import SealBroken, Vault
from storage.plans import IS_CHECK_IN
from storage.retention.lives import lives
from storage.tables import follow_ups
from storage.views import cohort, doubles, erasable, finding, listing, log, notices, overview, record
from storage.views.cohort import Cohort, Progress, Wanted
from storage.views.erasable import Erasable, Wish
from storage.views.finding import Search
from storage.views.history import HistoryPage, Kind
from storage.views.log import EVERYTHING, Doers, Sought
from storage.views.models import (
    DocumentView,
    FlagView,
    LogRow,
    MergeView,
    MessageView,
    Pair,
    PatientsPage,
    Record,
    TaskView,
)
from storage.views.overview import Overview

_LINKS: Final = "/find"
"""No table's name: what is sealed in links stands in none."""


class ConsoleViews:
    """Opens what the console shows. Nothing here writes."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the database, and the keys that open its rows."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def open_tasks(self, clinic: ClinicId) -> Sequence[TaskView]:
        """Return the clinic's open tasks, the oldest first."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: notices.open_tasks(conn, self._vault, key))

    async def patients(self, clinic: ClinicId, *, code: str, offset: int, limit: int) -> PatientsPage:
        """Return a page of the patients whose case number holds `code`, the last heard of first."""
        key = await self._clinics.key(clinic)
        return await self._database.read(
            lambda conn: listing.patients_page(conn, self._vault, key, code=code, offset=offset, limit=limit)
        )

    async def find(
        self, clinic: ClinicId, search: Search, *, offset: int, limit: int
    ) -> tuple[PatientsPage, Sequence[str]]:
        """Return a page of the patients that are looked for, and the languages that any patients speak."""
        key = await self._clinics.key(clinic)

        def read(conn: Connection) -> tuple[PatientsPage, Sequence[str]]:
            page = finding.found(conn, self._vault, key, search, offset=offset, limit=limit)
            return page, finding.languages(conn, clinic)

        return await self._database.read(read)

    async def hidden(self, clinic: ClinicId, staff_id: str, typed: str) -> str:
        """Return what somebody typed to find a patient, sealed for a link that they alone can follow."""
        key = await self._clinics.key(clinic)
        sealed = self._vault.seal(key, _LINKS, staff_id, "typed", typed)
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    async def typed(self, clinic: ClinicId, staff_id: str, hidden: str) -> str:
        """Return what was typed; raise NotFound for a link of somebody else's, or one that is none."""
        key = await self._clinics.key(clinic)
        try:
            sealed = urlsafe_b64decode(hidden + "=" * (-len(hidden) % 4))
            return self._vault.open(key, _LINKS, staff_id, "typed", sealed).decode()
        except (SealBroken, ValueError) as error:
            raise NotFound("no such search") from error

    async def open_flags(self, clinic: ClinicId, patients: Sequence[str]) -> Sequence[FlagView]:
        """Return the open flags of these patients, opened."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: notices.open_flags(conn, self._vault, key, patients))

    async def ids(self, clinic: ClinicId, *, after: str, limit: int) -> Sequence[PatientId]:
        """Return a page of the patients' ids, in their order: for reading all of them one by one."""
        return await self._database.read(
            lambda conn: listing.patient_ids(conn, clinic, after=after, limit=limit)
        )

    async def lives(self, clinic: ClinicId) -> Sequence[Life]:
        """Return the dates of each patient's record that decide when it goes."""
        return await self._database.read(lambda conn: lives(conn, clinic))

    async def record(self, clinic: ClinicId, patient: PatientId) -> Record:
        """Return everything about a patient; raise NotFound."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: record.record(conn, self._vault, key, patient))

    async def messages(self, clinic: ClinicId, patient: PatientId) -> Sequence[MessageView]:
        """Return a patient's newest messages, each direction oldest first; raise NotFound."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: record.said(conn, self._vault, key, patient))

    async def happened(
        self, clinic: ClinicId, patient: PatientId, kind: Kind, before: datetime | None
    ) -> tuple[Patient, HistoryPage]:
        """Return a patient and a page of everything that happened with them; raise NotFound."""
        key, page = await self._clinics.key(clinic), (patient, kind, before)
        return await self._database.read(lambda conn: record.happened(conn, self._vault, key, page))

    async def document(self, clinic: ClinicId, patient: PatientId, document: DocumentId) -> DocumentView:
        """Return one file's row; raise NotFound."""
        key = await self._clinics.key(clinic)
        return await self._database.read(
            lambda conn: record.document(conn, self._vault, key, patient, document)
        )

    async def next_due(self, clinic: ClinicId, *, after: datetime) -> datetime | None:
        """Return when the next planned check-in of anybody is due."""
        return await self._database.read(lambda conn: _next_due(conn, clinic, after))

    async def duplicates(self, clinic: ClinicId) -> Sequence[Pair]:
        """Return the pairs of records that may be one person."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: doubles.duplicates(conn, self._vault, key))

    async def merges(self, clinic: ClinicId) -> Sequence[MergeView]:
        """Return the merges that stand, newest first."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: doubles.standing_merges(conn, self._vault, key))

    async def cohort(self, clinic: ClinicId, wanted: Wanted, progress: Progress) -> Cohort:
        """Return all patients' answers to the wanted symptoms, counted; it may take seconds."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: cohort.cohort(conn, self._vault, key, wanted, progress))

    async def overview(self, clinic: ClinicId, now: datetime, forms: Sequence[str]) -> Overview:
        """Return the clinic in numbers; `forms` are the urls of the intake's parts. It may take seconds."""
        return await self._database.read(lambda conn: overview.overview(conn, clinic, now, forms))

    async def erasable(self, clinic: ClinicId, patient: PatientId) -> Erasable:
        """Return what erasing a patient would take, or that it was done; raise NotFound."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: erasable.erasable(conn, self._vault, key, patient))

    async def patient_with(self, clinic: ClinicId, code: str) -> PatientId:
        """Return whose case number this is; raise NotFound."""
        return await self._database.read(lambda conn: erasable.patient_with(conn, clinic, code))

    async def erasure_wishes(self, clinic: ClinicId) -> Sequence[Wish]:
        """Return who asked to be deleted and is still here."""
        return await self._database.read(lambda conn: erasable.wishes(conn, clinic))

    async def log(self, clinic: ClinicId, *, limit: int, sought: Sought = EVERYTHING) -> Sequence[LogRow]:
        """Return the newest lines of the record of acts, of those that are looked for."""
        key = await self._clinics.key(clinic)
        return await self._database.read(
            lambda conn: log.log(conn, self._vault, key, limit=limit, sought=sought)
        )

    async def doers(self, clinic: ClinicId) -> Doers:
        """Return who and what stands in the record of acts."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: log.doers(conn, self._vault, key))


def _next_due(conn: Connection, clinic: ClinicId, after: datetime) -> datetime | None:
    wanted = select(func.min(follow_ups.c.due_at)).where(
        follow_ups.c.clinic_id == clinic,
        follow_ups.c.due_at > after,
        IS_CHECK_IN,
        follow_ups.c.state.in_((FollowUpState.SCHEDULED, FollowUpState.HELD)),
    )
    due: datetime | None = conn.scalar(wanted)
    return due
