"""What looking into a file found decides whether it is kept, and stands sealed beside it."""

from dataclasses import replace
from pathlib import Path

import pytest

from handlers.core.changes import SavePatient
from handlers.core.events import Fetched
from handlers.core.inspection import NOT_SCANNED, Finding, Hint, Inspection, Scan
from handlers.core.internal import read_internal
from handlers.errors import FetchLater, FetchRefused, StorageAway
from storage.stores import Stores
from storage.views.console_views import ConsoleViews
from tests.storage.samples import CLINIC, NOON, claim_inbox, document, settled
from tests.storage.test_documents import claimed, noted, pieces, row_of


class Finds:
    """Finds in every file what it was told to."""

    def __init__(self, finding: Finding, **found):
        self.inspection = Inspection(finding, mime="application/pdf", **found)
        self.asked = []

    async def inspect(self, sealed: Path, identity: str, names=()):
        self.asked.append((beginning_of(sealed), tuple(names)))
        return self.inspection

    async def preview(self, sealed: Path, identity: str):
        return b"drawn"


def beginning_of(path: Path) -> bytes:
    return path.read_bytes()[:21]


async def stored(stores: Stores, finds: Finds) -> bool:
    stores.fetches._inspector = finds
    fetch = await noted(stores)
    return await stores.fetches.store(fetch, pieces(), limit_bytes=10**6, now=NOON)


def left(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("finding", "verdict", "told"),
    [
        (Finding.ACTIVE, "open", "dark"),
        (Finding.DAMAGED, "unreadable", "damaged"),
    ],
)
async def test_what_is_kept_gets_its_verdict_and_the_patient_hears_of_it(stores, finding, verdict, told):
    assert await stored(stores, Finds(finding, hints=(Hint.DARK, Hint.PLACE)))

    [row] = await claim_inbox(stores)
    assert (await row_of(stores)).verdict == verdict
    assert read_internal(row.raw).what == Fetched("d-1", stored=True, reason=told)


@pytest.mark.parametrize(
    ("finding", "error"),
    [
        (Finding.PROGRAM, FetchRefused),
        (Finding.UNCHECKED, FetchLater),
    ],
)
async def test_what_is_not_kept_leaves_nothing(stores, tmp_path, finding, error):
    with pytest.raises(error, match=finding.value):
        await stored(stores, Finds(finding))

    assert left(tmp_path) == []


async def test_a_file_that_could_not_be_scanned_waits_for_the_scanner(stores, tmp_path):
    with pytest.raises(StorageAway, match=NOT_SCANNED):
        await stored(stores, Finds(Finding.UNCHECKED, detail=NOT_SCANNED))

    assert left(tmp_path) == []


async def test_the_file_is_looked_into_sealed_and_with_the_patients_name(stores):
    finds = stores.fetches._inspector = Finds(Finding.FINE)
    case = await settled(stores)
    named = SavePatient(replace(case.patient, name="Hanako Tanaka"))
    await stores.uow.save(case, [named, document(case)])
    [fetch] = await claimed(stores)

    await stores.fetches.store(fetch, pieces(), limit_bytes=10**6, now=NOON)

    assert finds.asked == [(b"age-encryption.org/v1", ("Hanako Tanaka",))]


async def test_what_was_found_stands_sealed_in_the_row_and_opens_for_staff(stores):
    scan = Scan(2, 1, ("MR",), ("BRAIN",), ("20260901",), named=False)
    await stored(stores, Finds(Finding.FINE, scan=scan, pages=3))

    row = await row_of(stores)
    [seen] = await opened(stores, row.patient_id)
    assert b"BRAIN" not in row.inspection
    assert (seen.inspection.scan, seen.inspection.pages) == (scan, 3)
    assert seen.who == row.contact_id


async def opened(stores, patient):
    views = ConsoleViews(stores.database, stores.vault, stores.clinics)
    return (await views.record(CLINIC, patient)).documents


async def test_a_picture_is_drawn_of_what_is_kept_and_of_nothing_else(stores):
    await stored(stores, Finds(Finding.FINE))

    assert await stores.fetches.preview(CLINIC, "d-1") == b"drawn"
    assert await stores.fetches.preview(CLINIC, "d-2") is None
