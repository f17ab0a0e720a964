"""Opening what is sealed, row by row; an erased patient's words are simply empty."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from handlers.core.case import Patient, Stage
from handlers.core.values import PatientId
from storage import people
from storage.keys import ClinicKey, Key, PatientKey, Vault


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the columns of rows that lie under one key; without a key everything is empty."""

    vault: Vault
    key: Key | None

    def text(self, table: str, row: Row[Any], column: str) -> str:
        """Return the text in a row's column; the row must hold `id`."""
        if self.key is None:
            return ""
        return self.vault.open_text(self.key, table, row.id, column, getattr(row, column))


def opener_of(vault: Vault, clinic: ClinicKey, patient: Row[Any]) -> Opener:
    """Return the opener of a patient's rows; `patient` must hold `wrapped_key` and `patient_id`."""
    wrapped = patient.wrapped_key
    return Opener(vault, PatientKey(clinic, patient.patient_id, wrapped) if wrapped else None)


def patient_of(row: Row[Any], opener: Opener) -> Patient:
    """Return the patient in a row of `patients`; of an erased one only what was never sealed."""
    if isinstance(opener.key, PatientKey):
        return people.patient_of(opener.vault, opener.key, row)
    return Patient(PatientId(row.id), row.code, row.version, Stage(row.stage), created_at=row.created_at)
