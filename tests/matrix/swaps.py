"""Sealed values put into another row, column, patient or clinic: there they must not open."""

from contextlib import suppress
from itertools import product

from sqlalchemy import LargeBinary, select

from storage.keys import SealBroken
from storage.patient_keys import read_patient_key
from storage.tables import metadata, patients


async def swapped(matrix):
    """Return how many swaps were tried, and those whose value opened."""
    keys = {clinic: await matrix.base.stores.clinics.key(clinic) for clinic in ("default", "other")}
    vault = matrix.base.stores.vault
    sealed = await matrix.base.stores.database.read(lambda conn: list(_sealed(conn, vault, keys)))
    tried, opened = 0, []
    for mine, other in product(sealed, sealed):
        if mine[1:] == other[1:]:
            continue
        tried += 1
        with suppress(SealBroken):
            _open(vault, (mine[0], *other[1:]))
            opened.append(f"{mine[2:]} opens in the place of {other[2:]}")
    return tried, opened


def _sealed(conn, vault, keys):
    """Yield (value, key, table, row, column) of a row per table, of two patients of each clinic."""
    for clinic, owner in keys.items():
        wanted = select(patients.c.id).where(patients.c.clinic_id == clinic, patients.c.merged_into.is_(None))
        for patient in conn.scalars(wanted.order_by(patients.c.id).limit(2)).all():
            key = read_patient_key(conn, owner, patient)
            for table in metadata.sorted_tables:
                of_patient = "id" if table is patients else "patient_id"
                if of_patient in table.c and "id" in table.c:
                    yield from _values(conn, vault, key, table, table.c[of_patient] == patient)


def _values(conn, vault, key, table, is_theirs):
    row = conn.execute(select(table).where(table.c.clinic_id == key.clinic, is_theirs)).mappings().first()
    for column in table.c if row else ():
        value = row[column.name]
        if isinstance(column.type, LargeBinary) and value:
            place = (value, key, table.name, row["id"], column.name)
            with suppress(SealBroken, ValueError):  # an index or a wrapped key is no sealed value
                _open(vault, place)
                yield place


def _open(vault, place):
    value, key, table, row, column = place
    return vault.open(key, table, row, column, value)
