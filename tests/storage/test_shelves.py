"""Sealed files in a bucket: whole or not at all, and nothing of them is left on this machine."""

import asyncio
import os

import pytest

from handlers.errors import SettingError, StorageAway
from scheduler.fetches import FetchTiming, FetchWorker
from scheduler.wake import Wake
from storage.blobs import Blobs
from storage.documents import Fetches
from tests.scheduler.fakes import MINUTE, FakeTime
from tests.storage.samples import CLINIC, document, settled

CONTENT = b"%PDF-1.7\n" + os.urandom(1 << 20) * 12


async def pieces():
    for at in range(0, len(CONTENT), 1 << 20):
        yield CONTENT[at : at + (1 << 20)]


async def content_of(blobs, kept):
    return b"".join([piece async for piece in blobs.open(kept.path, kept.identity)])


def left_here(tmp_path):
    return [one for one in (tmp_path / "var").rglob("*") if one.is_file()]


async def test_a_file_lies_sealed_in_the_bucket_and_opens_as_it_came(bucket, tmp_path):
    blobs = Blobs("s3://papers/clinic")

    kept = await blobs.put(pieces(), limit_bytes=10**9)

    [(path, sealed)] = bucket.objects.items()
    assert path.endswith(kept.path)
    assert CONTENT[:64] not in sealed.read_bytes()
    assert bucket.parts == 3
    assert await content_of(blobs, kept) == CONTENT
    assert left_here(tmp_path) == []


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

    assert left_here(tmp_path) == []


async def test_a_bucket_that_stumbles_at_a_part_takes_the_whole_file_all_the_same(bucket):
    bucket.faults["part"] = [None, 503, None, 500]
    blobs = Blobs("s3://papers/clinic")

    kept = await blobs.put(pieces(), limit_bytes=10**9)

    assert await content_of(blobs, kept) == CONTENT


@pytest.mark.parametrize("operation", ["part", "complete"])
async def test_what_breaks_off_in_the_middle_leaves_no_part_and_nothing_to_be_taken_for_whole(
    bucket, tmp_path, operation
):
    bucket.faults[operation] = [None, None, 403] if operation == "part" else [403]

    with pytest.raises(StorageAway, match="files"):
        await Blobs("s3://papers/clinic").put(pieces(), limit_bytes=10**9)

    assert (bucket.objects, bucket.begun, left_here(tmp_path)) == ({}, {}, [])
    assert "abort" in bucket.calls


async def test_a_file_whose_last_answer_was_lost_is_not_left_behind(bucket):
    bucket.faults["complete"] = ["lost"]

    with pytest.raises(StorageAway, match="files"):
        await Blobs("s3://papers/clinic").put(pieces(), limit_bytes=10**9)

    assert (bucket.objects, bucket.begun) == ({}, {})


async def test_whoever_is_stopped_in_the_middle_leaves_no_part(bucket, tmp_path):
    bucket.faults["part"] = [None, "held"]
    putting = asyncio.create_task(Blobs("s3://papers/clinic").put(pieces(), limit_bytes=10**9))
    await bucket.is_held.wait()

    putting.cancel()
    bucket.goes_on.set()

    with pytest.raises(asyncio.CancelledError):
        await putting
    assert (bucket.objects, bucket.begun, left_here(tmp_path)) == ({}, {}, [])


class Service:
    """A service at which the file waits."""

    def fetch(self, ref, *, limit_bytes):
        return pieces()


async def test_a_file_that_broke_off_is_brought_again_and_is_whole(stores, bucket):
    case, time = await settled(stores), FakeTime()
    await stores.uow.save(case, [document(case)])
    fetches = Fetches(stores.database, stores.vault, stores.days, Blobs("s3://papers/clinic"))
    worker = FetchWorker(fetches, lambda _: Service(), Wake(), time.clocks, FetchTiming(10**9))
    bucket.faults["part"] = [None, 403]

    await worker.run_once()
    left, time.time = (dict(bucket.objects), dict(bucket.begun)), time.now() + MINUTE
    await worker.run_once()
    worker.alarm.cancel()

    assert left == ({}, {})
    assert b"".join([piece async for piece in await fetches.open(CLINIC, "d-1")]) == CONTENT


async def test_reading_that_breaks_off_goes_on_where_it_was(bucket):
    blobs = Blobs("s3://papers/clinic")
    kept = await blobs.put(pieces(), limit_bytes=10**9)
    bucket.faults["get"] = ["cut"]

    assert await content_of(blobs, kept) == CONTENT


async def test_half_a_file_is_never_read_as_a_whole_one(bucket, tmp_path):
    blobs = Blobs("s3://papers/clinic")
    kept = await blobs.put(pieces(), limit_bytes=10**9)
    bucket.faults["get"] = ["cut", 403]

    with pytest.raises(StorageAway, match="files"):
        await content_of(blobs, kept)

    assert left_here(tmp_path) == []


@pytest.mark.parametrize("url", ["s3://", "gs://papers", "/papers", "file://"])
def test_no_other_place_is_taken(url):
    with pytest.raises(SettingError, match="STORAGE_URL"):
        Blobs(url)
