"""The console's reading side: each method is one consistent read of one clinic."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from handlers.core.case import FollowUpState
from handlers.core.values import ClinicId, DocumentId, PatientId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.plans import IS_CHECK_IN
from storage.tables import follow_ups
from storage.views import cohort, doubles, listing, log, notices, record
from storage.views.cohort import Cohort, Progress, Wanted
from storage.views.models import (
    DocumentView,
    FlagView,
    LogRow,
    MergeView,
    Pair,
    PatientsPage,
    Record,
    Worklist,
)


class ConsoleViews:
    """Opens what the console shows. Nothing here writes."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the database, and the keys that open its rows."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def worklist(self, clinic: ClinicId) -> Worklist:
        """Return open tasks and loud flags."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: notices.worklist(conn, self._vault, key))

    async def patients(self, clinic: ClinicId, *, code: str, offset: int, limit: int) -> PatientsPage:
        """Return a page of the patients whose case number holds `code`, the last heard of first."""
        key = await self._clinics.key(clinic)
        return await self._database.read(
            lambda conn: listing.patients_page(conn, self._vault, key, code=code, offset=offset, limit=limit)
        )

    async def open_flags(self, clinic: ClinicId, patients: Sequence[str]) -> Sequence[FlagView]:
        """Return the open flags of these patients, opened."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: notices.open_flags(conn, self._vault, key, patients))

    async def ids(self, clinic: ClinicId, *, after: str, limit: int) -> Sequence[PatientId]:
        """Return a page of the patients' ids, in their order: for reading all of them one by one."""
        return await self._database.read(
            lambda conn: listing.patient_ids(conn, clinic, after=after, limit=limit)
        )

    async def record(self, clinic: ClinicId, patient: PatientId) -> Record:
        """Return everything about a patient; raise NotFound."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: record.record(conn, self._vault, key, patient))

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

    async def log(self, clinic: ClinicId, *, limit: int) -> Sequence[LogRow]:
        """Return the newest lines of the record of acts."""
        key = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: log.log(conn, self._vault, key, limit=limit))


def _next_due(conn: Connection, clinic: ClinicId, after: datetime) -> datetime | None:
    wanted = select(func.min(follow_ups.c.due_at)).where(
        follow_ups.c.clinic_id == clinic,
        follow_ups.c.due_at > after,
        IS_CHECK_IN,
        follow_ups.c.state.in_((FollowUpState.SCHEDULED, FollowUpState.HELD)),
    )
    due: datetime | None = conn.scalar(wanted)
    return due
