"""The first words from a new number are handled before the news that a patient moved there."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from handlers.core.case import Reach
from handlers.core.changes import AddPatient, GiveWay, SavePatient
from handlers.core.events import AddressChanged, Event, Said
from handlers.core.values import ChannelKind
from handlers.errors import ConcurrentUpdate
from handlers.inbound import Inbound
from handlers.ports import Incoming
from storage.stores import Stores
from storage.tables import merges, outbox, patients, tasks
from tests.handlers.desk import StillClock, surroundings
from tests.storage.samples import CLINIC, LEASE, NOON, at_point, newcomer

WHATSAPP = ChannelKind.WHATSAPP
OLD, NEW = "US.70315529846610237754", "US.18840772519936605123"


async def at(stores: Stores, address: str):
    return await stores.uow.case_at(CLINIC, at_point(address, WHATSAPP))


async def takes(stores: Stores, what, address: str):
    """Let something come in from an address and be decided about."""
    around = surroundings(StillClock(NOON))
    key = f"{address}:{what}"
    parsers = {WHATSAPP: lambda _raw: Event(key, NOON, what)}
    await stores.inbox.add([Incoming(CLINIC, WHATSAPP, "main", key, address, b"{}", NOON)], now=NOON)
    (row,) = await stores.inbox.claim(now_system=NOON, lease=LEASE, limit=1)
    await Inbound(stores.uow, around.world, parsers, around.ids, lambda: NOON).take(row)


@pytest.fixture
async def patient(stores: Stores):
    """Return a patient who is known at OLD; somebody has said hello from NEW."""
    first = newcomer(OLD, WHATSAPP, name="Anna")
    await stores.uow.save(first, [AddPatient(first.patient, first.contact)])
    await takes(stores, Said("hello"), NEW)
    return first.patient


async def column(stores: Stores, *columns):
    rows = await stores.database.read(lambda conn: conn.execute(select(*columns)).all())
    return [row[0] if len(columns) == 1 else tuple(row) for row in rows]


async def test_who_only_said_hello_gives_way_to_whom_moved_there(patient, stores: Stores):
    newcomers = (await at(stores, NEW)).patient

    await takes(stores, AddressChanged(OLD, NEW), OLD)

    moved = await at(stores, NEW)
    assert (moved.patient.id, moved.contact.dialogue.doubt.at) == (patient.id, NOON)
    assert await at(stores, OLD) is None
    assert await column(stores, merges.c.kept_id, merges.c.merged_id) == [(patient.id, newcomers.id)]
    assert set(await column(stores, outbox.c.state)) == {"cancelled"}


async def test_who_has_told_something_stays_and_a_task_names_both(patient, stores: Stores):
    there = await at(stores, NEW)
    await stores.uow.save(there, [SavePatient(replace(there.patient, name="Anna"))])

    await takes(stores, AddressChanged(OLD, NEW), OLD)

    assert (await at(stores, NEW)).patient.id == there.patient.id
    assert (await at(stores, OLD)).contact.reach is Reach.BLOCKED
    assert "same-person" in await column(stores, tasks.c.kind)


async def test_who_says_more_in_the_meantime_keeps_the_address(patient, stores: Stores):
    there, case = await at(stores, NEW), await at(stores, OLD)
    gives = GiveWay("m-1", there.patient.id, there.contact.id, there.patient.version - 1, NOON)

    with pytest.raises(ConcurrentUpdate):
        await stores.uow.save(case, [gives])

    assert (await at(stores, NEW)).patient.id == there.patient.id
    assert await column(stores, patients.c.merged_into) == [None, None]
