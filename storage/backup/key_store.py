"""The wrapped keys of a database, taken out of a copy of it and put back: without them it opens nothing.

What stands in a copy in place of a key that was taken is empty, not NULL: a patient without a key is one
who was erased, and one whose key lies elsewhere is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, bindparam, literal, select, update

from storage.tables import clinics, day_keys, patients

CLINICS: Final = "clinics"
PATIENTS: Final = "patients"
DAYS: Final = "day_keys"
_TAKEN: Final = b""


class KeyPlace(NamedTuple):
    """Whose key it is: the table, the clinic, and the row (a patient's id, a UTC day, "" for the clinic)."""

    table: str
    clinic: str
    row: str


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One wrapped key; None where it was destroyed in this store."""

    place: KeyPlace
    wrapped: bytes | None = field(repr=False)


class _Columns(NamedTuple):
    table: Table
    clinic: ColumnElement[str]
    row: ColumnElement[str]


_TABLES: Final = {
    CLINICS: _Columns(clinics, clinics.c.id, literal("")),
    PATIENTS: _Columns(patients, patients.c.clinic_id, patients.c.id),
    DAYS: _Columns(day_keys, day_keys.c.clinic_id, day_keys.c.day),
}


def take_keys(conn: Connection) -> list[StoredKey]:
    """Return every wrapped key of this copy, and leave none in it."""
    found = [
        StoredKey(KeyPlace(name, row.clinic, row.row), row.wrapped_key)
        for name, (table, clinic, own) in _TABLES.items()
        for row in conn.execute(_keys_in(table, clinic, own))
    ]
    for table, _, _ in _TABLES.values():
        conn.execute(update(table).where(table.c.wrapped_key.is_not(None)).values(wrapped_key=_TAKEN))
    return found


def put_keys(conn: Connection, keys: Iterable[StoredKey]) -> None:
    """Put keys back where they were taken.

    Where one was destroyed none is put: to the next opening its patient is one who must be erased again.
    """
    for name, some in groupby(sorted(_whole(keys)), key=lambda one: one[0].table):
        table, clinic, own = _TABLES[name]
        back = (
            update(table)
            .where(clinic == bindparam("of"), own == bindparam("row"), table.c.wrapped_key == _TAKEN)
            .values(wrapped_key=bindparam("wrapped"))
        )
        conn.execute(back, [{"of": at.clinic, "row": at.row, "wrapped": wrapped} for at, wrapped in some])


def lacking(wanted: Iterable[KeyPlace], keys: Sequence[StoredKey]) -> set[KeyPlace]:
    """Return the places of which a store says nothing: neither a key, nor that it was destroyed."""
    return set(wanted) - {key.place for key in keys}


def _keys_in(table: Table, clinic: ColumnElement[str], own: ColumnElement[str]) -> Any:
    named = clinic.label("clinic"), own.label("row"), table.c.wrapped_key
    return select(*named).where(table.c.wrapped_key.is_not(None))


def _whole(keys: Iterable[StoredKey]) -> Iterable[tuple[KeyPlace, bytes]]:
    return ((key.place, key.wrapped) for key in keys if key.wrapped is not None)
