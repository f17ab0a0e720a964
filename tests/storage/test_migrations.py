"""Migrations: an empty database becomes what the tables say."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage.engine import Database
from storage.migrations import head, migrate, upgrade
from storage.tables import metadata


def differences(conn: Connection) -> list[object]:
    context = MigrationContext.configure(conn, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_an_empty_database_becomes_what_the_tables_say(database: Database):
    found = await database.read(differences)

    assert found == []


async def test_migrating_twice_changes_nothing(database: Database):
    await upgrade(database)

    revisions = await database.read(
        lambda conn: conn.execute(text("SELECT version_num FROM alembic_version")).all()
    )

    assert [row[0] for row in revisions] == [head()]


async def test_the_database_file_is_for_its_owner_alone(tmp_path: Path):
    await migrate(f"sqlite:///{tmp_path}/yorisoi.db")

    assert (tmp_path / "yorisoi.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "table", [table for table in metadata.sorted_tables if table.name not in {"clinics", "meta"}]
)
def test_every_key_begins_with_the_clinic(table):
    keys = [
        constraint
        for constraint in table.constraints
        if hasattr(constraint, "columns") and len(constraint.columns)
    ]

    assert all(next(iter(key.columns)).name == "clinic_id" for key in keys)
