"""Possible duplicates, and merges that stand."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, literal_column, select

from handlers.core.case import Patient
from storage.keys import ClinicKey, Vault
from storage.search.tokens import NAME, TWIN
from storage.tables import merges, patients, search_tokens
from storage.views.models import MergeView, Pair
from storage.views.notices import staff_names
from storage.views.opening import opener_of, patient_of
from storage.views.similar import similar

MOST: Final = 200
"""How many pairs are looked at, those with the newest records first."""

_one, _other, _part, _same = (search_tokens.alias(name) for name in ("one", "other", "part", "same"))
_older, _newer = patients.alias("older"), patients.alias("newer")
_IS_TWIN: Final[ColumnElement[str]] = literal_column(f"'{TWIN}'")


def duplicates(conn: Connection, vault: Vault, key: ClinicKey) -> tuple[Pair, ...]:
    """Return the pairs of records that may be one person and were not merged.

    Only those are opened who have a birth date or a whole name in common, and a part of their names.
    """
    ids = {row_id for pair in conn.execute(_twins(key.clinic)) for row_id in pair}
    wanted = _patients(key).where(patients.c.id.in_(sorted(ids))).order_by(patients.c.created_at.desc())
    return similar([_opened(vault, key, row) for row in conn.execute(wanted)])


def _twins(clinic: str) -> Select[Any]:
    named_alike = (
        select(_part.c.token)
        .join(_same, (_same.c.clinic_id == clinic) & (_same.c.token == _part.c.token))
        .where(_part.c.clinic_id == clinic, _part.c.patient_id == _one.c.patient_id, _part.c.field == NAME)
        .where(_same.c.patient_id == _other.c.patient_id, _same.c.field == NAME)
        .exists()
    )
    return (
        select(_one.c.patient_id, _other.c.patient_id.label("other_id"))
        .join(_other, (_other.c.clinic_id == clinic) & (_other.c.token == _one.c.token))
        .join(_newer, (_newer.c.clinic_id == clinic) & (_newer.c.id == _one.c.patient_id))
        .join(_older, (_older.c.clinic_id == clinic) & (_older.c.id == _other.c.patient_id))
        .where(_one.c.clinic_id == clinic, _one.c.field == _IS_TWIN, _other.c.field == _IS_TWIN)
        .where(_one.c.patient_id > _other.c.patient_id, named_alike)
        .where(_newer.c.merged_into.is_(None), _older.c.merged_into.is_(None))
        .order_by(_one.c.patient_id.desc(), _other.c.patient_id)
        .limit(MOST)
    )


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
