# ruff: noqa: ASYNC240 - small files of a test
"""Files in a bucket are in the backup, sealed as they are; and gone with their patient when it comes back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.errors import StorageAway
from storage.backup.archive import BackupBroken
from storage.backup.making import make_backup, verify_backup
from storage.backup.place import Place
from storage.backup.restoring import restore_backup
from storage.blobs import Blobs
from storage.engine import open_database
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.stores import stores_of
from storage.tables import documents
from tests.storage.samples import CANARY, CLINIC, NOON, known
from tests.storage.test_erasure import opened
from tests.storage.test_keys import tell_everything
from tests.storage.test_shelves import CONTENT, pieces

URL, OTHER = "s3://papers/clinic", "s3://elsewhere"


@pytest.fixture
async def stores(sqlite_url, vault, tmp_path, bucket):
    stores = await opened(sqlite_url, vault, tmp_path)
    stores = stores_of(stores.database, vault, Blobs(URL))
    await tell_everything(stores)
    yield stores
    await stores.database.close()


@pytest.fixture
def place(sqlite_url, tmp_path):
    return Place(sqlite_url, tmp_path / "var", tmp_path / "backups", bucket=URL)


def elsewhere(tmp_path, url=OTHER):
    new = tmp_path / "new"
    return Place(f"sqlite:///{new}/yorisoi.db", new / "files", new / "backups", bucket=url)


def reopened(there, vault):
    blobs = Blobs(there.bucket or f"file://{there.files}")
    return stores_of(open_database(there.database_url), vault, blobs)


@pytest.mark.parametrize("url", [OTHER, ""], ids=["bucket", "folder"])
async def test_files_of_a_bucket_come_back_into_another_or_into_a_folder(place, stores, vault, tmp_path, url):
    made = await make_backup(place, vault, NOON)

    there = elsewhere(tmp_path, url)
    assert (await restore_backup(there, vault, Path(made.path))).files == made.files == 1
    again = reopened(there, vault)
    paper = await again.database.read(lambda conn: conn.scalar(select(documents.c.id)))
    assert CANARY.encode() in b"".join([piece async for piece in await again.fetches.open(CLINIC, paper)])
    assert CANARY.encode() not in Path(made.path).read_bytes()
    await again.database.close()


async def test_many_and_large_files_are_in_it_page_by_page(place, stores, vault, bucket):
    bucket.page = 1
    for _ in range(2):
        await Blobs(URL).put(pieces(), limit_bytes=10**9)

    made = await make_backup(place, vault, NOON)

    assert (made.files, made.size > 2 * len(CONTENT)) == (3, True)


async def test_whose_patient_was_erased_since_is_in_no_bucket_after_restoring(
    place,
    stores,
    vault,
    tmp_path,
    bucket,
):
    made = await make_backup(place, vault, NOON)
    case = await known(stores, CANARY)
    erasing = Erasing(stores, Tombstones(place.files))
    await erasing.erase(CLINIC, case.patient.id, by="cli", reason="asked", now=NOON)
    await make_backup(place, vault, NOON + timedelta(days=1))

    there = elsewhere(tmp_path)
    await restore_backup(there, vault, Path(made.path))
    again = reopened(there, vault)
    assert await Erasing(again, Tombstones(there.files)).replay(now=NOON) == 1
    assert bucket.objects == {}
    await again.database.close()


async def test_a_bucket_out_of_reach_makes_no_backup_that_looks_like_one(place, stores, vault, bucket):
    bucket.is_away = True

    with pytest.raises(StorageAway, match="files"):
        await make_backup(place, vault, NOON)

    assert list(place.backups.iterdir()) == []


async def test_a_file_that_breaks_off_makes_no_backup(place, stores, vault, bucket):
    bucket.faults["get"] = ["cut", 403]

    with pytest.raises((StorageAway, BackupBroken)):
        await make_backup(place, vault, NOON)

    assert list(place.backups.iterdir()) == []


async def test_a_backup_without_files_says_so_wherever_it_is_read(place, stores, vault, tmp_path, bucket):
    made = await make_backup(replace(place, lacks_files=True), vault, NOON)

    assert (made.files, made.lacks_files, "list" in bucket.calls) == (0, True, False)
    assert await verify_backup(place, vault, Path(made.path))
    assert (await restore_backup(elsewhere(tmp_path), vault, Path(made.path))).lacks_files
