"""What flags are about, made for those that were raised before it was kept beside them.

Done when a database is opened for writing (storage/filling.py).
"""

from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.filling import Filling, fill_once
from storage.keys import ClinicKey, PatientKey, Vault
from storage.marks import flag_of, subject_of
from storage.sql import is_row
from storage.stores import Stores
from storage.tables import flags, patients

BATCH: Final = 500

_BARE = (
    select(flags, patients.c.wrapped_key)
    .join(patients, (patients.c.clinic_id == flags.c.clinic_id) & (patients.c.id == flags.c.patient_id))
    .where(
        flags.c.clinic_id == bindparam("clinic"),
        flags.c.id > bindparam("after"),
        flags.c.subject.is_(None),
        patients.c.wrapped_key.is_not(None),
    )
    .order_by(flags.c.id)
    .limit(BATCH)
)
_TELL = update(flags).where(*is_row(flags), flags.c.subject.is_(None))


def _one(conn: Connection, vault: Vault, key: ClinicKey, row: Row[Any]) -> None:
    raised = flag_of(vault, PatientKey(key, row.patient_id, row.wrapped_key), row)
    told = {"clinic": key.clinic, "row": row.id, "subject": subject_of(vault, key, raised)}
    conn.execute(_TELL, told)


_FILLING: Final = Filling("flag_subjects", "1", _BARE, _one)


async def fill_subjects(stores: Stores) -> int:
    """Make what is missing; return how many flags were looked at."""
    return await fill_once(stores, _FILLING)
