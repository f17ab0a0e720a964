"""PostgreSQL's second wall: an ordinary role's transaction meets the rows of its own clinic alone."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from storage.backup.postgres_copy import copy, restore
from storage.engine import Database, open_database
from storage.row_security import OneClinic, is_bound
from storage.tables import channel_news, metadata
from tests.databases import PostgresServer
from tests.storage.samples import NOON

ROLE = "yorisoi_plain"
_GUARDED = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity"
_NEWS = ("channel", "account", "subject", "language", "about", "now", "reason")


@pytest.fixture
async def plain_url(postgres_url: str) -> str:
    """The URL of the test's database for a role that is no superuser and owns nothing."""
    owner = await asyncpg.connect(postgres_url)
    exists = await owner.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE)
    if not exists:
        await owner.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'plain' NOBYPASSRLS")
    for kind in ("TABLES", "SEQUENCES"):
        await owner.execute(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {ROLE}")
    for clinic in ("default", "other"):
        await owner.execute(
            "INSERT INTO clinics (id, name, pack, zone, language, texts, routes, wrapped_key, created_at)"
            " VALUES ($1, 'C', 'pack', '', 'en', '{}', '[]', $2, $3)",
            clinic,
            b"k",
            NOON,
        )
    await owner.close()
    return make_url(postgres_url).set(username=ROLE, password="plain").render_as_string(hide_password=False)


@pytest.fixture
async def plain(plain_url: str) -> AsyncIterator[Database]:
    database = open_database(plain_url)
    for clinic in ("default", "other"):
        row = {"clinic_id": clinic, "id": f"n-{clinic}", "at": NOON} | dict.fromkeys(_NEWS, "x")
        await database.write(lambda conn, row=row: conn.execute(channel_news.insert(), row))
    yield database
    await database.close()


async def seen(database: Database) -> int:
    found = await database.read(lambda conn: conn.scalar(select(func.count()).select_from(channel_news)))
    return found or 0


async def test_every_table_with_a_clinics_id_is_guarded(postgres_url: str):
    connection = await asyncpg.connect(postgres_url)
    guarded = {row["relname"] for row in await connection.fetch(_GUARDED)}
    await connection.close()

    assert {table.name for table in metadata.sorted_tables if "clinic_id" in table.c} - guarded == set()


async def test_the_doctor_knows_whether_the_wall_binds_our_role(plain: Database, postgres_url: str):
    almighty = open_database(postgres_url)

    assert [await plain.read(is_bound), await almighty.read(is_bound)] == [True, False]
    await almighty.close()


async def test_a_transaction_of_a_clinic_meets_its_rows_alone(plain: Database):
    assert [await seen(plain), await seen(OneClinic(plain, "other"))] == [2, 1]


async def test_a_transaction_of_a_clinic_changes_no_other_clinics_rows(plain: Database):
    anything = update(channel_news).values(reason="changed")

    changed = await OneClinic(plain, "other").write(lambda conn: conn.execute(anything).rowcount)

    assert changed == 1


async def test_a_row_of_another_clinic_is_refused(plain: Database):
    row = {"clinic_id": "default", "id": "n-new", "at": NOON} | dict.fromkeys(_NEWS, "x")

    with pytest.raises(Exception, match="row-level security"):
        await OneClinic(plain, "other").write(lambda conn: conn.execute(channel_news.insert(), row))


async def test_a_connection_that_names_no_clinic_meets_nothing(plain: Database, plain_url: str):
    connection = await asyncpg.connect(plain_url)
    rows = await connection.fetchval("SELECT count(*) FROM channel_news")
    await connection.close()

    assert rows == 0


async def test_a_backup_by_an_ordinary_role_holds_every_clinics_rows(
    plain: Database, plain_url: str, postgres_server: PostgresServer, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{postgres_server.programs}:{os.environ['PATH']}")
    await copy(plain_url, tmp_path / "dump")
    scratch = await postgres_server.create(f"scratch_{uuid4().hex[:8]}")

    await restore(make_url(scratch), tmp_path / "dump")

    restored = open_database(scratch)
    assert await seen(restored) == 2
    await restored.close()
    await postgres_server.drop(scratch.rpartition("/")[2])


async def test_the_next_transaction_on_the_connection_is_free_again(plain: Database):
    await seen(OneClinic(plain, "other"))

    assert await seen(plain) == 2
