"""Sealed files in a bucket: whole or not at all, and nothing of them is left on this machine."""

import os

import pytest

from handlers.errors import SettingError, StorageAway
from storage.blobs import Blobs
from tests.fakes.bucket import FakeBucket, running

CONTENT = os.urandom(1 << 20) * 20


async def pieces():
    for at in range(0, len(CONTENT), 1 << 20):
        yield CONTENT[at : at + (1 << 20)]


@pytest.fixture
async def bucket(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    made = FakeBucket()
    async with running(made) as address:
        for name, value in {
            "ENDPOINT_URL": address, "ALLOW_HTTP": "true", "REGION": "x", "ACCESS_KEY_ID": "x",
            "SECRET_ACCESS_KEY": "x",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"AWS_{name}", value)
        yield made


async def content_of(blobs, kept):
    return b"".join([piece async for piece in blobs.open(kept.path, kept.identity)])


async def test_a_file_lies_sealed_in_the_bucket_and_opens_as_it_came(bucket, tmp_path):
    blobs = Blobs("s3://papers/clinic")

    kept = await blobs.put(pieces(), limit_bytes=10**9)

    [(path, sealed)] = bucket.objects.items()
    assert path.endswith(kept.path)
    assert CONTENT[:64] not in sealed
    assert len(bucket.parts) == 3
    assert await content_of(blobs, kept) == CONTENT
    assert [one for one in (tmp_path / "var").rglob("*") if one.is_file()] == []


async def test_a_file_is_deleted_in_the_bucket_and_a_second_time_is_no_error(bucket):
    blobs = Blobs("s3://papers/clinic")
    kept = await blobs.put(pieces(), limit_bytes=10**9)

    for _ in range(2):
        await blobs.delete(kept.path)

    assert bucket.objects == {}


async def test_a_bucket_out_of_reach_keeps_nothing_and_says_so(bucket, tmp_path):
    bucket.is_away = True

    with pytest.raises(StorageAway, match="files"):
        await Blobs("s3://papers/clinic").put(pieces(), limit_bytes=10**9)

    assert [one for one in (tmp_path / "var").rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("url", ["s3://", "gs://papers", "/papers", "file://"])
def test_no_other_place_is_taken(url):
    with pytest.raises(SettingError, match="STORAGE_URL"):
        Blobs(url)
