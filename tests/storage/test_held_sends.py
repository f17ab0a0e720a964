"""What was held for its template goes once that is in order; what was held otherwise stays."""

import pytest
from sqlalchemy import select, update

from handlers.core.changes import AddPatient
from handlers.core.values import ChannelKind
from storage.held_sends import let_go
from storage.stores import Stores
from storage.tables import outbox
from tests.storage.samples import CLINIC, NOON, message, newcomer


@pytest.mark.parametrize(("code", "state"), [("132015", "queued"), ("window-closed", "held")])
async def test_only_what_was_held_for_its_template_is_let_go(stores: Stores, code, state):
    case = newcomer("12025550143", ChannelKind.WHATSAPP)
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), message(case)])
    await stores.database.write(lambda conn: conn.execute(update(outbox).values(state="held", code=code)))

    freed = await let_go(
        stores.database, CLINIC, ChannelKind.WHATSAPP, "main", {"132015", "132001"}, now=NOON
    )

    assert freed is (state == "queued")
    assert await stores.database.read(lambda conn: conn.scalar(select(outbox.c.state))) == state
