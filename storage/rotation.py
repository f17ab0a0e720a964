"""A new master key: every wrapped key is wrapped anew, while everything goes on and whenever it is killed.

The key's file holds both, the new one first, so that every process opens what is under either. Each commit
leaves a state in which both together open everything; beginning again goes on where it was. What patients
said is not sealed anew: their own keys stay what they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from handlers.errors import SettingError
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, PatientKey, SealBroken, Vault
from storage.master_key import FINGERPRINT
from storage.tables import clinics, meta, patients

BATCH: Final = 200
"""So many patients in one commit: answers of others wait for some milliseconds at most."""

_LEFT = (
    select(patients.c.id, patients.c.wrapped_key)
    .where(
        patients.c.clinic_id == bindparam("clinic"),
        func.substr(patients.c.wrapped_key, 2, 4) != bindparam("newest", type_=patients.c.wrapped_key.type),
    )
    .order_by(patients.c.id)
    .limit(bindparam("limit"))
)
_RENEW = (
    update(patients)
    .where(
        patients.c.clinic_id == bindparam("clinic"),
        patients.c.id == bindparam("row"),
        patients.c.wrapped_key == bindparam("before"),
    )
    .values(wrapped_key=bindparam("renewed"))
)
"""Only where the key is still the one that was read: whoever was erased meanwhile stays erased."""
_RENEW_CLINIC = (
    update(clinics).where(clinics.c.id == bindparam("clinic")).values(wrapped_key=bindparam("renewed"))
)
_REMEMBER = update(meta).where(meta.c.name == FINGERPRINT).values(value=bindparam("fingerprint"))


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many clinics' and patients' keys were wrapped anew."""

    clinics: int
    patients: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """Brings everything under the newest master key."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def run(self) -> Rotated:
        """Wrap anew whatever is not under the newest key, and remember that key as the database's own.

        Raise SettingError where a key opens with none of those that are given; the others are done.
        """
        rows = await self.database.read(lambda conn: conn.execute(select(clinics).order_by("id")).all())
        owners = [ClinicKey(row.id, row.wrapped_key) for row in rows]
        try:
            done = sum([await self._patients(owner) for owner in owners])
            renewed = await self.database.write(lambda conn: self._clinics(conn, owners))
        except SealBroken:
            raise SettingError(
                "YORISOI_MASTER_KEY_FILE: a key is wrapped under a master key that is not in the file."
                " Put that one back below the new one, and run rotate-keys again"
            ) from None
        # Whoever was admitted meanwhile by a process that was started before the new key was in the file.
        done += sum([await self._patients(owner) for owner in owners])
        return Rotated(renewed, done)

    async def _patients(self, owner: ClinicKey) -> int:
        done = 0
        while renewed := await self.database.write(lambda conn: self._batch(conn, owner)):
            done += renewed
        return done

    def _batch(self, conn: Connection, owner: ClinicKey) -> int:
        _, newest = self.vault.newest_ids(owner.clinic)
        rows = conn.execute(_LEFT, {"clinic": owner.clinic, "newest": newest, "limit": BATCH}).all()
        values = [self._renewed(owner, row.id, row.wrapped_key) for row in rows]
        if values:
            conn.execute(_RENEW, values)
        return len(values)

    def _renewed(self, owner: ClinicKey, patient: str, wrapped: bytes) -> dict[str, Any]:
        renewed = self.vault.renewed_patient_key(PatientKey(owner, patient, wrapped)).wrapped
        return {"clinic": owner.clinic, "row": patient, "before": wrapped, "renewed": renewed}

    def _clinics(self, conn: Connection, owners: Sequence[ClinicKey]) -> int:
        """Wrap the clinics' keys anew: the last step, after which the older master key is no more needed."""
        old = [key for key in owners if key.wrapped[1:5] != self.vault.newest_ids(key.clinic)[0]]
        for key in old:
            values = {"clinic": key.clinic, "renewed": self.vault.renewed_clinic_key(key).wrapped}
            conn.execute(_RENEW_CLINIC, values)
        conn.execute(_REMEMBER, {"fingerprint": self.vault.fingerprint})
        return len(old)


def left_behind(conn: Connection, vault: Vault) -> int:
    """Return how many keys are not under the newest master key; a patient's may be under the clinic's."""
    count = 0
    for row in conn.execute(select(clinics.c.id, clinics.c.wrapped_key)).all():
        master, newest = vault.newest_ids(row.id)
        count += row.wrapped_key[1:5] != master
        own = vault.id_of(ClinicKey(row.id, row.wrapped_key))
        id_of_wrapper = func.substr(patients.c.wrapped_key, 2, 4)
        others = select(func.count()).where(
            patients.c.clinic_id == row.id, id_of_wrapper.not_in([newest, own])
        )
        count += conn.scalar(others) or 0
    return count
