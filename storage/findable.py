"""What patients are found by, made for those who were there before; or anew, when it is made otherwise.

Done when a database is opened for writing (storage/filling.py).
"""

from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from storage.filling import Filling, fill_once
from storage.keys import ClinicKey, PatientKey, Vault
from storage.people import contact_of, patient_of
from storage.search.tokens import FORGET_ALL, add, of_helper, of_number, of_person
from storage.stores import Stores
from storage.tables import contact_points, patients

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


def _one(conn: Connection, vault: Vault, key: ClinicKey, row: Row[Any]) -> None:
    own = PatientKey(key, row.id, row.wrapped_key)
    whose = {"clinic": key.clinic, "patient": row.id}
    points = [contact_of(vault, own, point) for point in conn.execute(_POINTS, whose)]
    conn.execute(FORGET_ALL, whose)
    known = (make(row.id, point) for point in points for make in (of_helper, of_number))
    add(conn, vault, key, *of_person(patient_of(vault, own, row)), *known)


_FILLING: Final = Filling("search_tokens", "1", _PEOPLE, _one)
"""Raise its version when `storage/search/words.py` makes other parts of a name: everything is made anew."""


async def fill(stores: Stores) -> int:
    """Make what is missing; return for how many patients."""
    return await fill_once(stores, _FILLING)
