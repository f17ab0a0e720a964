"""Workers behind PostgreSQL's second wall: each of their transactions names its clinic."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.core.changes import AddPatient, PlanFollowUps
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import NotFound
from storage.blobs import Blobs
from storage.engine import open_database
from storage.keys import Vault
from storage.row_settings import EVERY, NOBODY, scope_now
from storage.stores import Stores, stores_of
from tests.storage.samples import (
    LEASE,
    MINUTE,
    NOON,
    at_point,
    claim_inbox,
    clinic,
    follow_up,
    incoming,
    message,
    newcomer,
    settle,
)

CLINICS = (ClinicId("default"), ClinicId("other"))


class Listening:
    """A database that notes for whom each transaction works."""

    def __init__(self, database):
        self._database = database
        self.heard = []

    def __getattr__(self, name):
        return getattr(self._database, name)

    async def write(self, fn, **how):
        self.heard.append(scope_now())
        return await self._database.write(fn, **how)

    async def read(self, fn, **how):
        self.heard.append(scope_now())
        return await self._database.read(fn, **how)


@pytest.fixture
async def stores(plain_url: str, vault: Vault, tmp_path: Path) -> AsyncIterator[Stores]:
    """The stores of two clinics, for a role that the policies bind."""
    database = Listening(open_database(plain_url))
    opened = stores_of(database, vault, Blobs(f"file://{tmp_path}/files"))
    for name in CLINICS:
        await opened.clinics.create(clinic(name), now=NOON)
    database.heard.clear()
    yield opened
    await database.close()


async def comes_in(stores, name):
    """Let somebody write to a clinic for the first time; return their case."""
    await stores.inbox.add([replace(incoming(f"u-{name}"), clinic=name)], now=NOON)
    [row] = await claim_inbox(stores)
    case = replace(newcomer(), clinic=clinic(name))
    planned = PlanFollowUps((follow_up(case, f"f-{name}"),))
    changes = [settle(row), AddPatient(case.patient, case.contact), message(case, f"o-{name}"), planned]
    await stores.uow.save(case, changes)
    return case


async def test_every_transaction_of_a_workers_round_names_a_clinic(stores):
    for name in CLINICS:
        await comes_in(stores, name)
        assert await stores.uow.case_at(name, at_point()) is not None
    times = {"now": NOON + MINUTE, "now_system": NOON + MINUTE, "lease": LEASE}
    for claimed in await stores.follow_ups.claim(**times, limit=9):
        await stores.follow_ups.give_back(claimed)
    for name in CLINICS:
        [row] = await stores.outbox.claim(name, ChannelKind.TELEGRAM, "main", **times, limit=9)
        assert await stores.outbox.settle_sent(row, f"m-{name}", now=NOON)

    assert set(stores.database.heard) == {*CLINICS, NOBODY}


async def test_only_due_times_are_looked_at_for_every_clinic(stores):
    await comes_in(stores, "default")
    stores.database.heard.clear()

    due = await stores.follow_ups.next_due(), await stores.outbox.next_due(now=NOON - MINUTE)

    assert due == (NOON, NOON)
    assert stores.database.heard == [EVERY, EVERY]


async def test_a_worker_of_one_clinic_does_not_find_anothers_patient(stores):
    case = await comes_in(stores, "default")

    assert (await stores.uow.case_of("default", case.patient.id)).patient.id == case.patient.id
    with pytest.raises(NotFound):
        await stores.uow.case_of("other", case.patient.id)


async def test_claims_of_both_clinics_come_back_in_one_round(stores):
    for name in CLINICS:
        await stores.inbox.add([replace(incoming(f"u-{name}"), clinic=name)], now=NOON)

    assert {row.clinic for row in await claim_inbox(stores)} == set(CLINICS)
