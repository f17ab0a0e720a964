"""Possible duplicates, and merges that stand."""

from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from handlers.core.case import Patient
from storage.keys import ClinicKey, Vault
from storage.tables import merges, patients
from storage.views.models import MergeView, Pair
from storage.views.notices import staff_names
from storage.views.opening import opener_of, patient_of
from storage.views.similar import similar

MOST: Final = 5_000
"""How many records are compared, the newest first: names are sealed, so each has to be opened."""


def duplicates(conn: Connection, vault: Vault, key: ClinicKey) -> tuple[Pair, ...]:
    """Return the pairs of records that may be one person and were not merged."""
    wanted = _patients(key).where(patients.c.merged_into.is_(None), patients.c.wrapped_key.is_not(None))
    newest = wanted.order_by(patients.c.created_at.desc()).limit(MOST)
    return similar([_opened(vault, key, row) for row in conn.execute(newest)])


def standing_merges(conn: Connection, vault: Vault, key: ClinicKey) -> tuple[MergeView, ...]:
    """Return the merges that were not undone, newest first."""
    wanted = (
        select(merges)
        .where(merges.c.clinic_id == key.clinic, merges.c.undone_at.is_(None))
        .order_by(merges.c.at.desc())
    )
    rows = conn.execute(wanted).all()
    ids = {row.kept_id for row in rows} | {row.merged_id for row in rows}
    people = conn.execute(_patients(key).where(patients.c.id.in_(ids)))
    known = {row.id: _opened(vault, key, row) for row in people}
    names = staff_names(conn, vault, key)
    return tuple(
        MergeView(row.id, known[row.merged_id], known[row.kept_id], row.at, names.get(row.by, row.by))
        for row in rows
    )


def _patients(key: ClinicKey) -> Select[Any]:
    return select(patients, patients.c.id.label("patient_id")).where(patients.c.clinic_id == key.clinic)


def _opened(vault: Vault, key: ClinicKey, row: Row[Any]) -> Patient:
    return patient_of(row, opener_of(vault, key, row))
