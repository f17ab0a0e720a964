"""Documents: fetched once, kept sealed, told about in the inbox."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from handlers.core.changes import DropHealthData, JudgeDocument
from handlers.core.events import Fetched
from handlers.core.internal import read_internal
from handlers.core.papers import Verdict
from handlers.core.values import DocumentId
from handlers.errors import FetchRefused, SettingError
from handlers.ports import PendingFetch
from storage.blobs import Blobs
from storage.stores import Stores
from storage.tables import documents
from tests.storage.samples import CLINIC, LEASE, MINUTE, NOON, claim_inbox, document, known, settled

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2000


async def pieces(content: bytes = PDF) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 50_000):
        yield content[start : start + 50_000]


async def claimed(stores: Stores, now=NOON) -> list[PendingFetch]:
    return await stores.fetches.claim(now_system=now, lease=LEASE, limit=5)


async def noted(stores: Stores) -> PendingFetch:
    case = await settled(stores)
    await stores.uow.save(case, [document(case)])
    [fetch] = await claimed(stores)
    return fetch


async def row_of(stores: Stores) -> Row[Any]:
    return await stores.database.read(lambda conn: conn.execute(select(documents)).one())


async def opened(stores: Stores) -> bytes | None:
    content = await stores.fetches.open(CLINIC, "d-1")
    return None if content is None else b"".join([piece async for piece in content])


async def test_a_waiting_document_is_given_out_once(stores: Stores):
    fetch = await noted(stores)

    assert (fetch.ref, fetch.name, fetch.mime, fetch.size) == ("file-ref", "scan.pdf", "application/pdf", 10)
    assert await claimed(stores) == []


async def test_a_stored_document_opens_as_it_came(stores: Stores):
    fetch = await noted(stores)

    stored = await stores.fetches.store(fetch, pieces(), limit_bytes=10**6, now=NOON)

    row = await row_of(stores)
    assert (stored, row.state, row.size, row.mime) == (True, "stored", len(PDF), "application/pdf")
    assert row.sha256 == sha256(PDF).hexdigest()
    assert await opened(stores) == PDF


async def test_the_inbox_hears_that_a_document_is_in(stores: Stores):
    fetch = await noted(stores)
    await stores.fetches.store(fetch, pieces(), limit_bytes=10**6, now=NOON)

    [row] = await claim_inbox(stores)

    event = read_internal(row.raw)
    assert (event and event.what, row.conversation) == (Fetched("d-1", stored=True), fetch.point.address)


async def test_a_file_over_the_limit_is_refused_and_leaves_nothing(stores: Stores, tmp_path: Path):
    fetch = await noted(stores)

    with pytest.raises(FetchRefused, match="too-large"):
        await stores.fetches.store(fetch, pieces(), limit_bytes=100_000, now=NOON)

    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_a_broken_download_raises_its_own_error_and_leaves_nothing(stores: Stores, tmp_path: Path):
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError("cut")

    fetch = await noted(stores)

    with pytest.raises(ConnectionError, match="cut"):
        await stores.fetches.store(fetch, broken(), limit_bytes=10**6, now=NOON)

    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_a_worker_that_lost_its_lease_stores_nothing(stores: Stores, tmp_path: Path):
    stale = await noted(stores)
    await claimed(stores, NOON + LEASE)

    stored = await stores.fetches.store(stale, pieces(), limit_bytes=10**6, now=NOON)

    assert (stored, (await row_of(stores)).state) == (False, "pending")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_a_lease_is_kept_while_a_file_comes_and_lost_once_another_has_it(stores: Stores):
    fetch = await noted(stores)
    assert await stores.fetches.keep(fetch, until_system=NOON + 2 * LEASE)
    assert await claimed(stores, NOON + LEASE) == []

    await claimed(stores, NOON + 2 * LEASE)

    assert not await stores.fetches.keep(fetch, until_system=NOON + 4 * LEASE)


async def test_a_failed_fetch_is_tried_again_when_its_time_comes(stores: Stores):
    fetch = await noted(stores)
    await stores.fetches.give_back(fetch, until_system=NOON + MINUTE, code="503", last=False, now=NOON)

    assert await claimed(stores) == []
    [again] = await claimed(stores, NOON + MINUTE)

    assert again.attempts == 2


async def test_a_fetch_that_never_succeeds_ends_refused_and_is_told(stores: Stores):
    fetch = await noted(stores)
    await stores.fetches.give_back(fetch, until_system=NOON, code="gone", last=True, now=NOON)

    [row] = await claim_inbox(stores)

    event = read_internal(row.raw)
    assert (event and event.what, (await row_of(stores)).state) == (
        Fetched("d-1", stored=False, reason="gone"),
        "refused",
    )


async def test_a_file_whose_key_was_destroyed_is_swept_away(stores: Stores, tmp_path: Path):
    fetch = await noted(stores)
    await stores.fetches.store(fetch, pieces(), limit_bytes=10**6, now=NOON)
    await stores.uow.save(await known(stores), [DropHealthData(NOON)])

    swept = await stores.fetches.sweep()

    assert (swept, await opened(stores), await stores.fetches.sweep()) == (1, None, 0)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_a_reader_who_leaves_early_leaves_nothing_running(stores: Stores):
    fetch = await noted(stores)
    await stores.fetches.store(fetch, pieces(PDF * 4), limit_bytes=10**7, now=NOON)
    content = await stores.fetches.open(CLINIC, "d-1")
    assert content is not None

    first = await anext(content)
    await content.aclose()

    assert first.startswith(b"%PDF")


@pytest.mark.parametrize("url", ["", "s3://", "/folder", "http://x"])
def test_a_store_that_is_no_folder_is_refused_with_the_mend(url: str):
    with pytest.raises(SettingError, match="YORISOI_STORAGE_URL"):
        Blobs(url)


async def test_a_case_remembered_while_a_file_was_on_its_way_shows_that_it_came(stores: Stores):
    fetch = await noted(stores)
    before = (await known(stores)).papers
    await stores.fetches.store(fetch, pieces(), limit_bytes=10**6, now=NOON)

    after = (await known(stores)).papers

    assert [[paper.state for paper in papers] for papers in (before, after)] == [["pending"], ["stored"]]


async def test_what_staff_found_in_a_file_is_kept_and_shown(stores: Stores):
    await noted(stores)
    await stores.uow.save(
        await known(stores), [JudgeDocument(DocumentId("d-1"), Verdict.LOCKED, "2026-02", "s1", NOON)]
    )

    [paper] = (await known(stores)).papers

    assert (paper.verdict, paper.dated, paper.judged_at) == (Verdict.LOCKED, "2026-02", NOON)
