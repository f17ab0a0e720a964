"""A patient's summary in all its forms, for one reader: read once, worded, made into a page, JSON or PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.restricted import Restriction, without_restricted
from bot.staff_words import StaffWords
from bot.summaries.gather import told_of
from handlers.core.bundle.build import Source, document
from handlers.core.case import Clinic
from handlers.core.protocol import Protocol
from handlers.core.summary.build import summary_of
from handlers.core.summary.model import Heading, Summary
from handlers.core.summary.told import Reading, Told
from handlers.core.values import PartialDate
from locales import Catalog, Catalogs, date_in_words
from storage.views.models import Record

Forms = Mapping[tuple[str, str], Mapping[str, Any]]
"""The questionnaires' own JSON by (url, version)."""
_REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
_TITLES = ("title", "flags", *Heading, "documents", "missing", "differences", "tellers")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What all summaries of a clinic are made with."""

    catalogs: Catalogs
    protocol: Protocol
    forms: Forms


@dataclass(frozen=True, slots=True)
class Sheet:
    """One patient's summary for one reader."""

    clinic: Clinic
    told: Told
    summary: Summary
    reading: Reading
    shelf: Shelf
    made_at: datetime
    restricted: frozenset[str] = frozenset()
    """linkIds of what its reader may not see, whether or not this patient answered it."""

    @property
    def words(self) -> Catalog:
        """Return the texts of the clinic's language."""
        return self.shelf.catalogs.get(self.reading.clinic.language)

    @property
    def clinic_name(self) -> str:
        """Return what the clinic calls itself."""
        return self.clinic.texts.get("clinic_name") or self.clinic.name

    def day(self, moment: datetime) -> str:
        """Return the date of a moment at the clinic, in its language."""
        local = moment.astimezone(ZoneInfo(self.clinic.zone or "UTC")).date()
        return date_in_words(PartialDate(local.year, local.month, local.day), self.reading.clinic.language)

    def bundle(self) -> dict[str, Any]:
        """Return the summary as a FHIR R4 document Bundle."""
        made = document(
            Source(
                told=self.told,
                summary=self.summary,
                protocol=self.shelf.protocol,
                reading=self.reading,
                clinic=self.clinic.id,
                clinic_name=self.clinic_name,
                forms=self.shelf.forms,
                titles={name: self.words.plain(f"console.sheet.{name}") for name in _TITLES},
            )
        )
        return made | {"meta": {"security": [_REDACTED]}} if self.restricted else made


def sheet_of(
    record: Record,
    clinic: Clinic,
    shelf: Shelf,
    *,
    language: str,
    hidden: Restriction | None,
    now: datetime,
) -> Sheet:
    """Return a record's summary, in `language` and without what is `hidden` from its reader."""
    told = told_of(without_restricted(record, hidden) if hidden else record, shelf.protocol)
    reading = Reading(
        clinic=StaffWords(shelf.catalogs.get(language), clinic.texts),
        patient=StaffWords(shelf.catalogs.get(_spoken(told, shelf, language)), clinic.texts),
        sees_sensitive=hidden is None,
    )
    summary = summary_of(told, shelf.protocol, reading, _today(clinic, now))
    return Sheet(clinic, told, summary, reading, shelf, now, hidden.items if hidden else frozenset())


def _spoken(told: Told, shelf: Shelf, otherwise: str) -> str:
    language = told.patient.language or otherwise
    return language if language in shelf.catalogs.languages() else otherwise


def _today(clinic: Clinic, now: datetime) -> date:
    return now.astimezone(ZoneInfo(clinic.zone or "UTC")).date()
