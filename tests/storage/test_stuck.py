"""Messages in quarantine: until when they can be read, and what is said of them when their key is gone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from handlers.core.changes import Audit
from handlers.errors import NotFound
from storage.stores import Stores
from storage.stuck import Stuck
from storage.tables import audit, inbox, tasks
from tests.storage.samples import CLINIC, NOON, claim_inbox, incoming

OVER = datetime(2026, 12, 3, tzinfo=UTC)
"""It came on the 24th of November; the key of that day is destroyed nine days after it began."""

NOTE = Audit("staff", "stuck", "", OVER)


@pytest.fixture
async def stuck(stores: Stores) -> Stuck:
    await stores.inbox.add([incoming("u-1")], now=NOON)
    [row] = await claim_inbox(stores)
    await stores.inbox.give_back(row, now_system=NOON, code="KeyError", last=True)
    return Stuck(stores.database, stores.vault, stores.clinics)


async def clean_up(stores: Stores, stuck: Stuck, now: datetime) -> int:
    await stores.days.destroy_old(now=now)
    return await stuck.let_go_unreadable(now=now)


async def of(stores: Stores, *columns) -> list:
    return await stores.database.read(lambda conn: [tuple(row) for row in conn.execute(select(*columns))])


async def test_list_and_task_say_until_when_a_message_can_be_read(stuck: Stuck, stores: Stores):
    [message] = await stuck.messages(CLINIC)

    assert (message.until, await of(stores, tasks.c.kind, tasks.c.due_at)) == (OVER, [("quarantined", OVER)])


async def test_until_then_its_key_is_kept(stuck: Stuck, stores: Stores):
    assert await clean_up(stores, stuck, OVER - timedelta(seconds=1)) == 0

    [message] = await stuck.messages(CLINIC)
    assert message.can_try
    await stuck.try_again(CLINIC, message.id, NOTE)
    assert len(await claim_inbox(stores)) == 1


async def test_then_it_is_said_to_be_lost_once_and_stays_until_somebody_sets_it_aside(stuck, stores):
    assert (await clean_up(stores, stuck, OVER), await clean_up(stores, stuck, OVER)) == (1, 0)

    [message] = await stuck.messages(CLINIC)
    assert (message.code, message.can_try) == ("key-destroyed", False)
    open_tasks = {kind for kind, closed in await of(stores, tasks.c.kind, tasks.c.closed_at) if not closed}
    assert open_tasks == {"message-lost"}
    assert await of(stores, audit.c.actor, audit.c.action) == [("housekeeping", "stuck.message.lost")]
    with pytest.raises(NotFound):
        await stuck.try_again(CLINIC, message.id, NOTE)


async def test_a_lost_message_set_aside_leaves_no_task(stuck: Stuck, stores: Stores):
    await clean_up(stores, stuck, OVER)
    [message] = await stuck.messages(CLINIC)

    await stuck.set_aside(CLINIC, message.id, NOTE)

    assert all(closed for (closed,) in await of(stores, tasks.c.closed_at))
    assert await of(stores, inbox.c.state, inbox.c.body) == [("done", None)]
