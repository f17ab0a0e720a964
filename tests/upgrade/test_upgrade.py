"""What an earlier version left half done goes on under today's code, on both databases."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bot.demo import TEXTS
from handlers.core.case import FollowUpState, Stage
from handlers.core.values import ChannelKind, ContactPoint, PatientId
from handlers.errors import SettingError
from storage.engine import open_database
from storage.keys import Vault
from storage.master_key import check_master_key
from storage.migrations import head
from storage.tables import documents, patients
from tests.conftest import KINDS
from tests.handlers.paths import ABOUT, END, HEALTH
from tests.storage.test_migrations import differences
from tests.upgrade.kept import FACTS, PAPER, at_first, load, rows_of, unpack, updated
from tests.upgrade.talking import ACCOUNT, CLINIC, LEASE

BRUNO = PatientId(FACTS["bruno"])
MANY = 40
"""More questions than a check-in has."""


@pytest.fixture(params=KINDS)
async def place(request, tmp_path):
    """The kept installation after its first start under today's code."""
    file = await asyncio.to_thread(unpack, tmp_path)
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{file}")
        yield await updated(database, tmp_path)
        await database.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = f"upgrade_{uuid4().hex[:12]}"
    database = open_database(await server.create(name))
    await database.write(at_first)
    rows = await asyncio.to_thread(rows_of, file)
    await database.write(lambda conn: load(conn, rows))
    yield await updated(database, tmp_path)
    await database.close()
    await server.drop(name)


async def case_at(place, address):
    found = await place.stores.uow.case_at(CLINIC, ContactPoint(ChannelKind.WEB, ACCOUNT, address))
    assert found is not None
    return found


async def check_in(place, patient, step):
    case = await place.stores.uow.case_of(CLINIC, patient, full=True)
    return next(one for one in case.follow_ups if one.step == step)


async def pdf(place, document):
    pieces = await place.stores.fetches.open(CLINIC, document)
    return b"".join([piece async for piece in pieces])


async def test_the_tables_become_todays(place):
    assert (await place.stores.database.read(differences), head() != "2026_11_24_first") == ([], True)


async def test_the_master_key_still_fits_and_no_other_does(place):
    other = Vault(bytes(32))

    with pytest.raises(SettingError, match="not the key"):
        await place.stores.database.read(lambda conn: check_master_key(conn, other))


async def describe_the_plan(place):
    """Enter what an earlier version did not ask of the filed plan, as an administrator does."""
    clinic = await place.stores.clinics.get("default")
    plan = {name: said for name, said in TEXTS.items() if name.startswith("plan_")}
    await place.stores.clinics.save(replace(clinic, texts={**clinic.texts, **plan}))


async def test_a_treatment_is_not_shown_until_its_plan_is_described(place):
    await place.deliver()

    await place.does("anna", *ABOUT[4:], *HEALTH[: HEALTH.index("Own fat cells, drip")])

    assert "Own fat cells, drip" not in place.labels("anna")


async def test_a_half_done_intake_goes_on_to_its_end(place):
    await describe_the_plan(place)
    await place.deliver()
    await place.does("anna", *ABOUT[4:], *HEALTH, *END)

    case = await case_at(place, "anna")
    assert (case.patient.stage, case.patient.name) == (Stage.SUBMITTED, "Test Person")


async def test_a_message_that_was_queued_is_sent(place):
    await place.deliver()

    assert len(place.heard["anna"]) == 1


async def test_a_message_that_a_stopped_process_had_begun_to_read_is_read(place):
    await place.read()
    await place.deliver()

    assert (await case_at(place, "dora")).is_new is False
    assert place.heard["dora"]


async def test_a_file_opens(place):
    wanted = select(documents.c.id).where(documents.c.state == "stored")
    [document] = await place.stores.database.read(lambda conn: list(conn.scalars(wanted)))

    assert await pdf(place, document) == PAPER


async def test_a_file_that_was_being_fetched_is_fetched(place):
    async def content():
        yield PAPER

    now = place.clock.now()
    [fetch] = await place.stores.fetches.claim(now_system=now, lease=LEASE, limit=5)

    assert await place.stores.fetches.store(fetch, content(), limit_bytes=1000, now=now)
    assert await pdf(place, fetch.id) == PAPER


async def test_a_planned_check_in_goes_out_at_its_time(place):
    planned = await check_in(place, BRUNO, "M1")
    place.clock.time = planned.due_at

    await place.start_due()
    sent = await place.deliver()

    assert [row.follow_up for row in sent if row.opening] == [planned.id]


async def test_a_half_done_check_in_goes_on_to_its_end(place):
    patient = (await case_at(place, "clara")).patient.id
    await place.does("clara", "=1")

    for _ in range(MANY):
        labels = place.labels("clara")
        await place.does("clara", "Skip" if "Skip" in labels else labels[0])
        if (await check_in(place, patient, "M1")).state is FollowUpState.COMPLETED:
            break

    assert (await check_in(place, patient, "M1")).state is FollowUpState.COMPLETED


async def test_nobody_is_lost(place):
    count = select(func.count()).select_from(patients)

    assert await place.stores.database.read(lambda conn: conn.scalar(count)) == 3
