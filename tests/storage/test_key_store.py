# ruff: noqa: ASYNC240 - small files of a test
"""Backups whose keys are kept apart: neither opens anything alone, and who is erased is erased in both."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.errors import SettingError
from storage.backup.key_files import read_keys
from storage.backup.key_store import DAYS, KeyPlace
from storage.backup.making import make_backup
from storage.backup.noted import Apart, how_far_apart
from storage.backup.place import Place
from storage.backup.restoring import restore_backup
from storage.blobs import Blobs
from storage.engine import open_database
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import NAME, Tombstones
from storage.stores import stores_of
from storage.tables import clinics, day_keys, patients
from tests.storage.samples import CANARY, CLINIC, NOON, known
from tests.storage.test_erasure import erase, opened, sealed_bytes
from tests.storage.test_keys import tell_everything

LATER = NOON + timedelta(days=1)


@pytest.fixture
async def stores(database_url, vault, tmp_path):
    stores = await opened(database_url, vault, tmp_path)
    await tell_everything(stores)
    yield stores
    await stores.database.close()


@pytest.fixture
def place(request, database_url, tmp_path, monkeypatch):
    """Where all goes; on PostgreSQL with its programs at hand."""
    if database_url.startswith("postgresql"):
        programs = request.getfixturevalue("postgres_server").programs
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return Place(database_url, tmp_path / "files", tmp_path / "backups", tmp_path / "keys")


@pytest.fixture
async def elsewhere(request, database_url, tmp_path):
    """Another machine, with nothing on it."""
    new = tmp_path / "new"
    if database_url.startswith("sqlite"):
        yield Place(f"sqlite:///{new}/yorisoi.db", new / "files", new / "backups")
        return
    server = request.getfixturevalue("postgres_server")
    yield Place(await server.create("apart"), new / "files", new / "backups")
    await server.drop("apart")


async def wrapped_in(place):
    """Return every wrapped key that stands in a database."""
    database = open_database(place.database_url)
    tables = (clinics, patients, day_keys)
    found = await database.read(
        lambda conn: [key for table in tables for key in conn.scalars(select(table.c.wrapped_key))]
    )
    await database.close()
    return found


async def test_a_backup_comes_back_whole_with_its_keys(place, stores, vault, elsewhere):
    made = await make_backup(place, vault, NOON)

    await restore_backup(elsewhere, vault, Path(made.path), place.keys)

    again = stores_of(open_database(elsewhere.database_url), vault, Blobs(f"file://{elsewhere.files}"))
    assert (await known(again, CANARY)).patient.name == CANARY
    assert await wrapped_in(elsewhere) == await wrapped_in(place)
    await again.database.close()


async def test_no_backup_holds_a_key_and_no_key_file_a_word(place, stores, vault, elsewhere, monkeypatch):
    made = await make_backup(place, vault, NOON)
    keys = [key.wrapped for key in read_keys(Path(made.keys))]
    monkeypatch.setattr("storage.backup.restoring._keys_for", lambda *_: ())

    await restore_backup(elsewhere, vault, Path(made.path))

    assert set(await wrapped_in(elsewhere)) == {b""}
    assert sorted(keys) == sorted(await wrapped_in(place))
    if elsewhere.sqlite:
        assert [key for key in keys if key in elsewhere.sqlite.read_bytes()] == []
    assert CANARY not in Path(made.keys).read_text()


async def test_without_all_its_keys_a_backup_is_not_restored(place, stores, vault, elsewhere):
    made = await make_backup(place, vault, NOON)
    part = place.keys / "part.keys"
    part.write_text("".join(Path(made.keys).read_text().splitlines(keepends=True)[:-1]))

    for keys, why in ((None, "--keys"), (part, "lacks keys"), (Path(made.path), "can't be read")):
        with pytest.raises(SettingError, match=why):
            await restore_backup(elsewhere, vault, Path(made.path), keys)

    assert elsewhere.sqlite is None or not elsewhere.sqlite.exists()


async def test_who_is_erased_loses_their_key_in_older_key_files_too(
    place, stores, vault, tmp_path, elsewhere
):
    made = await make_backup(place, vault, NOON)
    patient = (await known(stores, CANARY)).patient.id
    await erase(stores, tmp_path, patient)

    later = await make_backup(place, vault, LATER)

    assert later.destroyed == 1
    left = {key.place: key.wrapped for key in read_keys(Path(made.keys))}
    assert left[KeyPlace("patients", CLINIC, patient)] is None
    await restore_backup(elsewhere, vault, Path(made.path), Path(made.keys))
    again = stores_of(open_database(elsewhere.database_url), vault, Blobs(f"file://{elsewhere.files}"))
    assert await Erasing(again, Tombstones(elsewhere.files)).replay(now=LATER) == 1
    assert await sealed_bytes(again, patient) == []
    await again.database.close()


async def test_a_line_that_is_not_ours_takes_no_key(place, stores, vault):
    await make_backup(place, vault, NOON)
    patient = (await known(stores, CANARY)).patient.id
    line = f'{{"clinic":"{CLINIC}","patient":"{patient}","at":"x","by":"x","reason":"x","mac":"00"}}\n'
    (place.keys / NAME).write_text(line)

    assert (await make_backup(place, vault, LATER)).destroyed == 0


async def test_the_key_of_a_day_is_destroyed_in_older_key_files_after_eight_days(place, stores, vault):
    made = await make_backup(place, vault, NOON)
    days = [key for key in read_keys(Path(made.keys)) if key.place.table == DAYS]

    assert (await make_backup(place, vault, NOON + timedelta(days=8))).destroyed == 0
    await make_backup(place, vault, NOON + timedelta(days=10))

    left = [key.wrapped for key in read_keys(Path(made.keys)) if key.place.table == DAYS]
    assert days
    assert set(left) == {None}


def test_how_far_apart_backups_and_keys_lie(tmp_path):
    for name in ("backups", "keys"):
        (tmp_path / name).mkdir()
    (tmp_path / "backups" / "keys").mkdir()

    far = [how_far_apart(tmp_path / "backups", keys) for keys in (None, tmp_path / "backups/keys")]

    assert [*far, how_far_apart(tmp_path / "backups", tmp_path / "keys")] == [
        Apart.NOT,
        Apart.FOLDER,
        Apart.DEVICE,
    ]
    assert how_far_apart(tmp_path, Path("/proc")) is Apart.WELL
