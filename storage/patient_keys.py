"""Patients' wrapped keys, remembered once read: a patient's key is only ever destroyed, never replaced."""

from collections import OrderedDict
from typing import Final

from sqlalchemy import Connection, bindparam, select

from handlers.errors import NotFound
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, PatientKey
from storage.row_security import EachClinic
from storage.tables import patients

_REMEMBERED: Final = 20_000
_WRAPPED = select(patients.c.wrapped_key).where(
    patients.c.clinic_id == bindparam("clinic"), patients.c.id == bindparam("patient")
)


class PatientKeys:
    """Finds patients' keys. Only keys that were read after their commit are remembered."""

    def __init__(self, database: Database, clinics: Clinics) -> None:
        """Take the clinics whose keys wrap the patients' keys."""
        self._database = EachClinic(database)
        self._clinics = clinics
        self._known: OrderedDict[tuple[str, str], PatientKey] = OrderedDict()

    async def find(self, clinic: str, patient: str) -> PatientKey | None:
        """Return a patient's key, or None where there is no such patient or they are erased."""
        known = self._known.get((clinic, patient))
        if known is not None:
            return known
        owner = await self._clinics.key(clinic)
        key = await self._database.of(clinic).read(lambda conn: read_patient_key(conn, owner, patient))
        return self.remember(key) if key else None

    async def get(self, clinic: str, patient: str) -> PatientKey:
        """Return a patient's key; raise NotFound where there is none."""
        key = await self.find(clinic, patient)
        if key is None:
            raise NotFound("no such patient")
        return key

    def remember(self, key: PatientKey) -> PatientKey:
        """Keep a key that was read from the database; one that is known stays the very same object."""
        known = self._known.get((key.clinic, key.patient))
        if known == key:
            return known
        self._known[key.clinic, key.patient] = key
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return key

    def forget(self, clinic: str, patient: str) -> None:
        """Let go of the key of an erased patient."""
        self._known.pop((clinic, patient), None)


def read_patient_key(conn: Connection, owner: ClinicKey, patient: str) -> PatientKey | None:
    """Return a patient's key, or None where there is no such patient or they are erased."""
    wrapped = conn.scalar(_WRAPPED, {"clinic": owner.clinic, "patient": patient})
    return PatientKey(owner, patient, wrapped) if wrapped is not None else None
