"""Erasing from the command line: whose records go with it is said, and no process still opens them."""

from dataclasses import replace

import pytest

from benchmarks.clinic import opened
from bot.keeping import codes_of, erase
from handlers.core.changes import AddPatient, MergePatients
from handlers.errors import NotFound
from storage.blobs import Blobs
from storage.stores import stores_of
from tests.storage.samples import CLINIC, NOON, newcomer


@pytest.fixture
async def base(tmp_path):
    async with opened(tmp_path / "clinic.db") as base:
        # As on PostgreSQL, where the pages have stores of their own, which remember keys of their own.
        database, vault = base.stores.database, base.stores.vault
        yield replace(base, walled=stores_of(database, vault, Blobs(base.settings.storage_url)))


@pytest.fixture
async def both(base):
    """Return the ids of a patient's record and of one that was joined to it."""
    uow, ids = base.stores.uow, []
    for address in ("a", "b"):
        case = newcomer(address)
        await uow.save(case, [AddPatient(case.patient, case.contact)])
        ids.append((await uow.case_at(CLINIC, case.contact.point)).patient.id)
    await uow.save(await uow.case_of(CLINIC, ids[1]), [MergePatients("m-1", ids[0], NOON, "ann")])
    return ids


async def test_the_records_that_go_with_it_are_named_its_own_first(base, both):
    codes = [(await base.stores.uow.case_of(CLINIC, one)).patient.code for one in both]

    assert list(await codes_of(base, both[0])) == codes
    assert list(await codes_of(base, both[1])) == codes[::-1]


async def test_no_key_that_was_remembered_opens_a_record_that_went_with_another(base, both):
    for one in both:
        await base.own.keys.get(CLINIC, one)

    await erase(base, both[0], by="cli", reason="asked")

    for one in both:
        with pytest.raises(NotFound):
            await base.own.keys.get(CLINIC, one)
