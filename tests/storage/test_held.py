"""Messages that wait for a person: released they go out once, in their order, and their tasks are closed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.core.changes import Audit, CancelQueued, OpenTask
from handlers.core.values import PatientId
from handlers.errors import NotFound
from storage.held import HeldMessages
from storage.stores import Stores
from storage.tables import audit, outbox, tasks
from tests.storage.samples import CLINIC, NOON, claim_outbox, known, message, settled

LATER = NOON + timedelta(days=3)


def note(patient: PatientId) -> Audit:
    return Audit("staff", "stuck.held.again", patient, LATER)


@pytest.fixture
async def held(stores: Stores) -> HeldMessages:
    """Two messages of one turn, refused one after the other because of their template."""
    case = await settled(stores)
    await stores.uow.save(case, [message(case, name, turn="t") for name in ("o-1", "o-2")])
    for _ in range(2):
        [row] = await claim_outbox(stores)
        task = OpenTask("template-refused", f"template-refused:{row.id}", NOON, "132001")
        await stores.outbox.settle_failed(row, code="132001", state="held", now=NOON, changes=[task])
    return HeldMessages(stores.database, stores.vault, stores.clinics)


async def column(stores: Stores, wanted) -> list:
    return await stores.database.read(lambda conn: list(conn.scalars(select(wanted))))


async def test_a_held_message_is_listed_with_its_reason_and_nothing_that_it_says(held: HeldMessages, stores):
    first, second = await held.listed(CLINIC)

    case_number = (await known(stores)).patient.code
    assert (first.id, second.id, first.code, first.case_number) == ("o-1", "o-2", "132001", case_number)
    assert "Hello" not in repr(first)


async def test_released_messages_go_out_once_in_their_order(held: HeldMessages, stores):
    assert await held.release(CLINIC, "", note, now=LATER) == 2

    [first] = await claim_outbox(stores, LATER)
    await stores.outbox.settle_sent(first, "1", now=LATER)
    [second] = await claim_outbox(stores, LATER)
    assert (first.id, second.id) == ("o-1", "o-2")
    with pytest.raises(NotFound):
        await held.release(CLINIC, "", note, now=LATER)


async def test_the_task_of_a_released_message_is_closed_and_the_act_is_written_down(held, stores):
    await held.release(CLINIC, "o-1", note, now=LATER)

    closed = [moment is not None for moment in await column(stores, tasks.c.closed_at)]
    assert sorted(closed) == [False, True]
    assert await column(stores, audit.c.action) == ["stuck.held.again"]
    assert [one.id for one in await held.listed(CLINIC)] == ["o-2"]


async def test_what_was_stopped_meanwhile_is_not_released(held: HeldMessages, stores):
    case = await known(stores)
    await stores.uow.save(case, [CancelQueued(case.contact.id, "stop")])

    with pytest.raises(NotFound):
        await held.release(CLINIC, "o-1", note, now=LATER)

    assert set(await column(stores, outbox.c.state)) == {"cancelled"}
