"""Migrations: an empty database becomes what the tables say."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import migrations
from storage.engine import Database
from storage.migrations import head, migrate, upgrade
from storage.prepared import plain
from storage.tables import metadata


def differences(conn: Connection) -> list[object]:
    context = MigrationContext.configure(plain(conn), opts={"compare_type": True})
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


def test_the_newest_revision_is_found_without_alembic():
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))

    assert head() == scripts.get_current_head()


def test_a_start_over_a_new_database_loads_no_alembic():
    asked = "import sys, bot.cli.processes; print('alembic' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
