# ruff: noqa: ASYNC240 - small files of a test
"""Backups: whole, unreadable without the master key, verified, kept by generations; and back again."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from handlers.errors import SettingError
from storage.backup import postgres_copy
from storage.backup.archive import BackupBroken
from storage.backup.generations import outdated
from storage.backup.making import make_backup
from storage.backup.place import Place, backups_in
from storage.backup.restoring import restore_backup
from storage.blobs import Blobs
from storage.engine import open_database
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.keys import Vault
from storage.stores import stores_of
from storage.tables import answers, documents
from tests.storage.samples import CANARY, CLINIC, NOON, known
from tests.storage.test_erasure import erase, opened, sealed_bytes
from tests.storage.test_keys import tell_everything


@pytest.fixture
def place(sqlite_url, tmp_path):
    return Place(sqlite_url, tmp_path / "files", tmp_path / "backups")


@pytest.fixture
async def stores(sqlite_url, vault, tmp_path):
    stores = await opened(sqlite_url, vault, tmp_path)
    await tell_everything(stores)
    yield stores
    await stores.database.close()


def elsewhere(tmp_path):
    return Place(f"sqlite:///{tmp_path}/new/yorisoi.db", tmp_path / "new/files", tmp_path / "new/backups")


async def test_a_backup_made_while_everything_runs_comes_back_whole_elsewhere(place, stores, vault, tmp_path):
    made = await make_backup(place, vault, NOON)

    there = elsewhere(tmp_path)
    assert (await restore_backup(there, vault, Path(made.path))).files == made.files == 1
    again = stores_of(open_database(there.database_url), vault, Blobs(f"file://{there.files}"))
    case = await known(again, CANARY)
    assert case.patient.name == CANARY
    paper = await again.database.read(lambda conn: conn.scalar(select(documents.c.id)))
    assert CANARY.encode() in b"".join([piece async for piece in await again.fetches.open(CLINIC, paper)])
    await again.database.close()


async def test_a_backup_says_nothing_without_the_master_key(place, stores, vault, tmp_path):
    made = await make_backup(place, vault, NOON)

    assert CANARY.encode() not in Path(made.path).read_bytes()
    assert b"patients" not in Path(made.path).read_bytes()
    with pytest.raises(SettingError, match="another master key"):
        await restore_backup(elsewhere(tmp_path), Vault(bytes(32)), Path(made.path))


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.99])
async def test_a_backup_that_was_cut_off_or_changed_is_never_restored(place, stores, vault, tmp_path, part):
    path = Path((await make_backup(place, vault, NOON)).path)
    whole = path.read_bytes()
    spot = int(len(whole) * part)
    there = elsewhere(tmp_path)

    for broken in (whole[:spot], whole[:spot] + bytes([whole[spot] ^ 1]) + whole[spot + 1 :]):
        path.write_bytes(broken)
        with pytest.raises(SettingError):
            await restore_backup(there, vault, path)

    assert not (tmp_path / "new/yorisoi.db").exists()


async def test_who_was_erased_after_a_backup_is_erased_in_it_elsewhere_too(place, stores, vault, tmp_path):
    made = await make_backup(place, vault, NOON)
    case = await known(stores, CANARY)
    await erase(stores, tmp_path, case.patient.id)
    await make_backup(place, vault, NOON + timedelta(days=1))

    there = elsewhere(tmp_path)
    await restore_backup(there, vault, Path(made.path))
    again = stores_of(open_database(there.database_url), vault, Blobs(f"file://{there.files}"))
    assert await Erasing(again, Tombstones(there.files)).replay(now=NOON) == 1
    assert await sealed_bytes(again, case.patient.id) == []
    assert list(there.files.rglob("*.age")) == []
    await again.database.close()


async def test_nothing_but_backups_is_left_in_the_folder(place, stores, vault):
    await make_backup(place, vault, NOON)

    assert [path.suffix for path in place.backups.iterdir()] == [".backup"]
    assert backups_in(place.backups)[NOON].stat().st_mode & 0o077 == 0


@pytest.mark.postgres
async def test_postgresql_comes_back_from_a_dump(postgres_server, postgres_url, vault, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{postgres_server.programs}:{os.environ['PATH']}")
    stores = await opened(postgres_url, vault, tmp_path)
    await tell_everything(stores)
    place = Place(postgres_url, tmp_path / "files", tmp_path / "backups")

    made = await make_backup(place, vault, NOON)

    await stores.database.close()
    empty = await postgres_server.create("restored")
    await restore_backup(Place(empty, tmp_path / "new", tmp_path / "new"), vault, Path(made.path))
    again = stores_of(open_database(empty), vault, Blobs(f"file://{tmp_path}/new"))
    assert (made.rows or 0) > 10
    assert (await known(again, CANARY)).patient.name == CANARY
    await again.database.close()
    await postgres_server.drop("restored")


@pytest.mark.postgres
async def test_rows_that_a_dump_of_postgresql_lacks_are_missed(
    postgres_server, postgres_url, vault, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{postgres_server.programs}:{os.environ['PATH']}")
    stores = await opened(postgres_url, vault, tmp_path)
    await tell_everything(stores)
    place = Place(postgres_url, tmp_path / "files", tmp_path / "backups")
    counted = await postgres_copy.copy(postgres_url, tmp_path / "plain")
    assert counted["patients"] == 1

    async def without_answers(url, into):
        await stores.database.write(lambda conn: conn.execute(delete(answers)))
        await copy(url, into)
        return counted

    copy = postgres_copy.copy
    monkeypatch.setattr(postgres_copy, "copy", without_answers)
    with pytest.raises(BackupBroken, match="not the one that was copied"):
        await make_backup(place, vault, NOON)
    assert list(place.backups.iterdir()) == []
    await stores.database.close()


@pytest.mark.postgres
async def test_a_dump_that_this_user_may_not_restore_is_no_proved_backup(
    postgres_server, postgres_url, vault, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{postgres_server.programs}:{os.environ['PATH']}")
    await (await opened(postgres_url, vault, tmp_path)).database.close()

    async def refused(url, statement):
        raise DBAPIError(statement, None, Exception("permission denied to create database"))

    monkeypatch.setattr(postgres_copy, "_admin", refused)
    made = await make_backup(Place(postgres_url, tmp_path / "files", tmp_path / "backups"), vault, NOON)

    assert (made.is_restored, Path(made.path).exists()) == (False, True)


def test_a_week_of_days_and_five_weeks_stay():
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    made = [now - timedelta(days=day, hours=hour) for day in range(60) for hour in (0, 6)]

    kept = sorted(set(made) - outdated(made, now), reverse=True)

    days = [(now - one).days for one in kept]
    assert days == [0, 1, 2, 3, 4, 5, 6, 8, 15, 22]
    assert outdated([now - timedelta(days=90)], now) == set()
