"""A message that goes out in two parts: whatever stops the second, the first is sent once."""

import pytest
from sqlalchemy import select

from handlers.core.messages import Body
from storage.tables import outbox
from tests.fakes.provider.client import FakeProvider
from tests.scheduler.office import TELEGRAM
from tests.storage.samples import MINUTE

LONG = Body("one " * 1024 + "two " * 500)


async def arrived(fake: FakeProvider):
    lines = await fake.ledger(method="sendMessage", accepted=True)
    return [line["body"]["text"][:3] for line in lines]


@pytest.mark.parametrize("verdict", ["429:1", "accept-then-drop", "401"])
async def test_only_the_second_part_is_sent_again_even_by_another_process(office, verdict):
    desk = office(TELEGRAM)
    await desk.queue("q1", body=LONG)
    await desk.provider.faults("ok", verdict, method="sendMessage")
    await desk.sender.run_once()

    desk.start()
    await desk.pass_time(6 * MINUTE)

    again = ["two"] * (verdict == "accept-then-drop")
    assert await arrived(desk.provider) == ["one", *again, "two"]
    assert (await desk.rows())["q1"][0] == "sent"
    assert await desk.stores.database.read(lambda conn: conn.scalar(select(outbox.c.taken))) == 1
