"""What holds for all tables, read from their metadata."""

import pytest
from sqlalchemy import UniqueConstraint

from storage.tables import metadata

OF_NO_CLINIC = {"clinics", "meta"}
"""A clinic itself, and the installation."""
TABLES = [table for table in metadata.sorted_tables if table.name not in OF_NO_CLINIC]


def keys_of(table):
    """Return the columns of each primary key, unique constraint and unique index."""
    unique = [
        constraint.columns for constraint in table.constraints if isinstance(constraint, UniqueConstraint)
    ]
    indexes = [index.columns for index in table.indexes if index.unique]
    return [[column.name for column in columns] for columns in (table.primary_key.columns, *unique, *indexes)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_clinic_stands_first_in_every_key_so_that_tables_can_be_distributed_by_it(table):
    assert {columns[0] for columns in keys_of(table)} == {"clinic_id"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_row_of_one_clinic_refers_to_one_of_another(table):
    references = [[column.name for column in key.columns] for key in table.foreign_key_constraints]

    assert references
    assert all("clinic_id" in columns for columns in references)


def test_every_table_has_a_clinic_or_is_known_to_have_none():
    assert {table.name for table in metadata.sorted_tables if "clinic_id" not in table.c} == OF_NO_CLINIC
