"""PostgreSQL's second wall: an ordinary role's transaction meets the rows of its own clinic alone."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from storage.backup.postgres_copy import copy, restore
from storage.engine import Database, open_database
from storage.row_security import EachClinic, OneClinic, is_bound
from storage.tables import channel_news, clinics, metadata
from tests.databases import PostgresServer
from tests.storage.samples import NOON

_GUARDED = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity"
NEW_CLINIC = {
    "id": "new",
    "name": "N",
    "pack": "p",
    "zone": "",
    "language": "en",
    "wrapped_key": b"k",
    "created_at": NOON,
}
_NEWS = ("channel", "account", "subject", "language", "about", "now", "reason")


@pytest.fixture
async def plain(plain_url: str) -> AsyncIterator[Database]:
    database = open_database(plain_url)
    for name in ("default", "other"):
        await database.write(
            lambda conn, name=name: conn.execute(clinics.insert(), NEW_CLINIC | {"id": name})
        )
    for clinic in ("default", "other"):
        row = {"clinic_id": clinic, "id": f"n-{clinic}", "at": NOON} | dict.fromkeys(_NEWS, "x")
        await database.write(lambda conn, row=row: conn.execute(channel_news.insert(), row))
    yield database
    await database.close()


async def seen(database: Database) -> int:
    found = await database.read(lambda conn: conn.scalar(select(func.count()).select_from(channel_news)))
    return found or 0


def ids_of_news(conn, *, most):
    return conn.scalars(select(channel_news.c.id).order_by(channel_news.c.id).limit(most)).all()


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


async def test_a_statement_of_a_worker_that_forgets_the_clinic_meets_nothing(plain: Database):
    every = EachClinic(plain)

    assert [await seen(every.nobody), await seen(every.of("other")), await seen(every.times)] == [0, 1, 2]
    found = await every.in_turn(ids_of_news, now_system=NOON, limit=9)
    assert sorted(found) == ["n-default", "n-other"]


async def test_a_claim_takes_no_more_than_was_asked_for_and_begins_with_another_clinic(plain: Database):
    every = EachClinic(plain)

    first = [await every.in_turn(ids_of_news, now_system=NOON, limit=1) for _ in range(2)]

    assert sorted(first) == [["n-default"], ["n-other"]]


async def test_a_clinic_that_somebody_made_meanwhile_has_its_turn_soon(plain: Database):
    every = EachClinic(plain)
    await every.in_turn(ids_of_news, now_system=NOON, limit=9)
    await plain.write(lambda conn: conn.execute(clinics.insert(), NEW_CLINIC))
    news = {"clinic_id": "new", "id": "n-new", "at": NOON} | dict.fromkeys(_NEWS, "x")
    await plain.write(lambda conn: conn.execute(channel_news.insert(), news))

    assert "n-new" in await every.in_turn(ids_of_news, now_system=NOON + timedelta(seconds=20), limit=9)


async def test_where_one_clinics_view_is_handed_on_nothing_else_is_met(plain: Database):
    inside = EachClinic(OneClinic(plain, "other"))

    assert [await seen(view) for view in (inside.of("default"), inside.times, inside.nobody)] == [1, 1, 1]
