"""A task that stands while something is amiss."""

from sqlalchemy import select

from storage.standing_tasks import StandingTasks
from storage.stores import Stores
from storage.tables import tasks
from tests.storage.samples import CLINIC, MINUTE, NOON


async def test_it_is_opened_once_and_closed_when_all_is_well(stores: Stores):
    standing = StandingTasks(stores.database, stores.vault, stores.clinics)

    for minute, notes in enumerate(({"a": "missing"}, {"a": "missing"}, {})):
        await standing.stand(CLINIC, "template-needed", notes, frozenset({"a"}), now=NOON + minute * MINUTE)

    rows = await stores.database.read(lambda conn: conn.execute(select(tasks)).all())
    assert [(row.opened_at, row.closed_at) for row in rows] == [(NOON, NOON + 2 * MINUTE)]
