"""What patients are found by, made for those who were there before; or anew, when it is made otherwise.

A migration has no keys, so this is done when a database is opened for writing. Killed, it begins again.
"""

from contextlib import suppress
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from storage.keys import ClinicKey, PatientKey, SealBroken, Vault
from storage.people import contact_of, patient_of
from storage.search.tokens import FORGET_ALL, add, of_helper, of_number, of_person
from storage.sql import upsert
from storage.stores import Stores
from storage.tables import clinics, contact_points, meta, patients

MADE: Final = "search_tokens"
VERSION: Final = "1"
"""Raise it when `storage/search/words.py` makes other parts of the same name: everything is made anew."""
BATCH: Final = 200

_PEOPLE = (
    select(patients)
    .where(
        patients.c.clinic_id == bindparam("clinic"),
        patients.c.id > bindparam("after"),
        patients.c.wrapped_key.is_not(None),
    )
    .order_by(patients.c.id)
    .limit(BATCH)
    .with_for_update()
)
"""Held, so that nobody's new name comes between what is read here and what is written."""
_POINTS = select(contact_points).where(
    contact_points.c.clinic_id == bindparam("clinic"), contact_points.c.patient_id == bindparam("patient")
)
_DONE = upsert(meta, "value")


async def fill(stores: Stores) -> int:
    """Make what is missing; return for how many patients."""
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
    rows = conn.execute(_PEOPLE, {"clinic": key.clinic, "after": after}).all()
    for row in rows:
        with suppress(SealBroken):  # a damaged row keeps nobody from opening the others: its code finds it
            _one(conn, vault, key, row)
    return [row.id for row in rows]


def _one(conn: Connection, vault: Vault, key: ClinicKey, row: Row[Any]) -> None:
    own = PatientKey(key, row.id, row.wrapped_key)
    whose = {"clinic": key.clinic, "patient": row.id}
    points = [contact_of(vault, own, point) for point in conn.execute(_POINTS, whose)]
    conn.execute(FORGET_ALL, whose)
    known = (make(row.id, point) for point in points for make in (of_helper, of_number))
    add(conn, vault, key, *of_person(patient_of(vault, own, row)), *known)
