"""What every function that writes a part of a case is given."""

from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.core.case import Case
from storage.keys import ClinicKey, PatientKey, Vault


@dataclass(frozen=True, slots=True)
class Scope:
    """One save: the connection inside its transaction, the keys and the case it started from."""

    conn: Connection
    vault: Vault
    clinic_key: ClinicKey
    key: PatientKey
    case: Case

    @property
    def clinic(self) -> str:
        """Return the clinic's id."""
        return self.clinic_key.clinic

    @property
    def keys(self) -> tuple[Connection, Vault, ClinicKey]:
        """Return what a function is given that knows no case."""
        return self.conn, self.vault, self.clinic_key

    @property
    def patient(self) -> str:
        """Return the patient's id."""
        return self.key.patient

    def row(self, row_id: str) -> dict[str, str]:
        """Return the values that name a row of this clinic in `storage.sql.is_row`."""
        return {"clinic": self.clinic, "row": row_id}

    def index(self, purpose: str, *parts: str) -> bytes:
        """Return a keyed hash of this clinic."""
        return self.vault.index(self.clinic_key, purpose, *parts)

    def seal(self, table: str, row_id: str, column: str, value: str) -> bytes | None:
        """Return `value` sealed under the patient's key, or None for an empty one."""
        return self.vault.seal_text(self.key, table, row_id, column, value)
