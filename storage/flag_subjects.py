"""What flags are about, made for those that were raised before it was kept beside them.

A migration has no keys, so this is done when a database is opened for writing. Killed, it begins again.
"""

from contextlib import suppress
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.keys import ClinicKey, PatientKey, SealBroken, Vault
from storage.marks import flag_of, subject_of
from storage.sql import is_row, upsert
from storage.stores import Stores
from storage.tables import clinics, flags, meta, patients

MADE: Final = "flag_subjects"
VERSION: Final = "1"
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
_DONE = upsert(meta, "value")


async def fill_subjects(stores: Stores) -> int:
    """Make what is missing; return how many flags were looked at."""
    if await stores.database.read(_made) == VERSION:
        return 0
    number = 0
    for clinic in await stores.database.read(lambda conn: list(conn.scalars(select(clinics.c.id)))):
        number += await _fill_clinic(stores, await stores.clinics.key(clinic))
    await stores.database.write(lambda conn: conn.execute(_DONE, {"name": MADE, "value": VERSION}))
    return number


async def _fill_clinic(stores: Stores, key: ClinicKey) -> int:
    after, number = "", 0
    while done := await stores.database.write(partial(_some, vault=stores.vault, key=key, after=after)):
        after, number = done[-1], number + len(done)
    return number


def _made(conn: Connection) -> str | None:
    return conn.scalar(select(meta.c.value).where(meta.c.name == MADE))


def _some(conn: Connection, vault: Vault, key: ClinicKey, after: str) -> list[str]:
    rows = conn.execute(_BARE, {"clinic": key.clinic, "after": after}).all()
    for row in rows:
        with suppress(SealBroken):  # a damaged row keeps nobody from opening the others: it is not found so
            _one(conn, vault, key, row)
    return [row.id for row in rows]


def _one(conn: Connection, vault: Vault, key: ClinicKey, row: Row[Any]) -> None:
    raised = flag_of(vault, PatientKey(key, row.patient_id, row.wrapped_key), row)
    told = {"clinic": key.clinic, "row": row.id, "subject": subject_of(vault, key, raised)}
    conn.execute(_TELL, told)
