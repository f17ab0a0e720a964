"""What was held for its template goes once that is in order; what was held otherwise stays."""

import pytest
from sqlalchemy import select, update

from handlers.core.changes import AddPatient, LetGo, OpenTask
from handlers.core.values import ChannelKind, ContactPoint
from storage.stores import Stores
from storage.tables import outbox, tasks
from tests.storage.samples import NOON, count, message, newcomer

PLACE = ContactPoint(ChannelKind.WHATSAPP, "main", "12025550143")


async def held(stores: Stores, code: str, account: str = "main") -> None:
    """Keep a message that is held for this reason, with its task; then news come to the account."""
    case = newcomer("12025550143", ChannelKind.WHATSAPP)
    sent = message(case)
    task = OpenTask("template-refused", f"template-refused:{sent.id}", NOON)
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), sent, task])
    is_so = {"state": "held", "code": code, "account": account}
    await stores.database.write(lambda conn: conn.execute(update(outbox).values(is_so)))

    await stores.uow.save(newcomer("news", ChannelKind.WHATSAPP), [LetGo(NOON)])


@pytest.mark.parametrize(
    ("code", "account", "state"),
    [
        ("132015", "main", "queued"),
        ("template-stopped", "main", "queued"),
        ("window-closed", "main", "held"),
        ("131047", "main", "held"),
        ("132015", "another", "held"),
    ],
)
async def test_only_what_was_held_for_a_template_of_this_account_is_let_go(
    stores: Stores, code, account, state
):
    await held(stores, code, account)

    assert await stores.database.read(lambda conn: conn.scalar(select(outbox.c.state))) == state
    assert await count(stores, tasks, tasks.c.closed_at.is_(None)) == (state == "held")


async def test_of_an_opening_and_its_reminders_that_all_waited_only_the_newest_goes(stores: Stores):
    case = newcomer("12025550143", ChannelKind.WHATSAPP)
    sent = [message(case, f"o-{n}", follow_up="f-1") for n in (1, 2, 3)]
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), *sent, message(case, "o-4")])
    await stores.database.write(lambda conn: conn.execute(update(outbox).values(state="held", code="132015")))

    await stores.uow.save(newcomer("news", ChannelKind.WHATSAPP), [LetGo(NOON)])

    states = await stores.database.read(
        lambda conn: conn.scalars(select(outbox.c.state).order_by(outbox.c.seq)).all()
    )
    assert states == ["cancelled", "cancelled", "queued", "queued"]
