"""What WhatsApp does not take now goes by itself later: against the fake Graph server, on both databases."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from handlers import commands, dispatch
from handlers.core.changes import AddPatient, LetGo
from handlers.core.events import Event, Said
from handlers.core.messages import Body
from handlers.core.values import ChannelKind
from handlers.decision import Decision
from handlers.due import Due
from handlers.held_sends import HeldSends
from scheduler.clocks import Clocks
from scheduler.outbox import Account, SendCases, Sender
from scheduler.wake import Wake
from storage.freeing import WaitingSends
from storage.tables import outbox, tasks
from tests.channels.whatsapp.webhooks import PHONE, QUESTION
from tests.handlers.desk import StillClock, surroundings
from tests.storage.conftest import stores, vault  # noqa: F401 - fixtures
from tests.storage.samples import CLINIC, message, newcomer

HEARD = datetime(2066, 10, 1, 12, tzinfo=UTC)
"""When the patient has just written: the fake's messages to come are later than all before."""
LATER = HEARD + timedelta(days=2)


async def slept(seconds):
    """Wait for nothing: the clock of this clinic stands still."""


@dataclass
class House:
    """A clinic on WhatsApp: its stores and its sender, at a clock that is moved by hand."""

    stores: object
    sender: Sender
    clock: StillClock
    world: object
    provider: object

    async def at(self, moment):
        self.clock.time = moment
        await self.provider.set_clock(moment.timestamp())

    async def case(self):
        return await self.stores.uow.case_of(CLINIC, self.patient)

    async def comes(self, *words):
        """Queue messages of ours to whoever wrote at `HEARD`."""
        case = newcomer(PHONE, ChannelKind.WHATSAPP)
        self.patient = case.patient.id
        contact = replace(case.contact, window_closes_at=HEARD + timedelta(days=1))
        rows = [replace(message(case, f"o-{n}", not_before=HEARD), **one) for n, one in enumerate(words, 1)]
        await self.stores.uow.save(case, [AddPatient(case.patient, contact), *rows])

    async def decide(self, act):
        case = await self.case()
        decision = Decision(case, self.world(case.clinic), cause=f"in-{self.clock.time}")
        act(decision)
        await self.stores.uow.save(case, decision.finish())

    async def hear(self, text):
        """Take what the patient writes, as the inbox does."""
        event = Event("m-1", self.clock.time, Said(text))
        await self.decide(lambda decision: dispatch.handle(decision, event))

    async def look(self):
        looking = HeldSends(self.stores.uow, self.world, WaitingSends(self.stores.database))
        return await looking.let_go(self.clock.time)

    async def send(self):
        while await self.sender.run_once():
            self.clock.time += timedelta(seconds=10)

    async def read(self, *columns):
        query = select(*columns).order_by(columns[0])
        return [tuple(row) for row in await self.stores.database.read(lambda conn: conn.execute(query).all())]

    async def states(self):
        return [
            (state, code) for _, state, code in await self.read(outbox.c.seq, outbox.c.state, outbox.c.code)
        ]


@pytest.fixture
async def house(stores, channel, provider):  # noqa: F811 - the fixture of tests/storage
    clock = StillClock()
    world = surroundings(clock).world
    due = Due(stores.uow, world)

    async def told(account, code):
        raise AssertionError(code)

    cases = SendCases(told, lost=due.lost, undelivered=due.undelivered, shut=due.shut)
    clocks = Clocks(clock, clock.now, slept, random.Random(1).random)
    account = Account(CLINIC, ChannelKind.WHATSAPP, "main", channel)
    house = House(stores, Sender(account, stores.outbox, cases, Wake(), clocks), clock, world, provider)
    await house.at(HEARD)
    await provider.whatsapp_patient().say("hello")
    yield house
    await provider.whatsapp("template", name="checkin_start_v1", status="APPROVED")


async def open_tasks(house):
    return [kind for kind, closed in await house.read(tasks.c.kind, tasks.c.closed_at) if closed is None]


async def ours(house):
    return [line["outbox"] for line in await house.provider.ledger(method="messages") if line["accepted"]]


async def test_what_the_closed_window_kept_goes_first_when_the_patient_writes_again(house):
    await house.comes({"body": Body("One")}, {"body": Body("Two")})
    await house.at(LATER)
    await house.send()
    assert await house.states() == [("held", "window-closed")] * 2
    assert await open_tasks(house) == ["window-closed"] * 2

    await house.provider.whatsapp_patient().say("I am back")
    await house.hear("I am back")
    await house.send()

    assert (await ours(house))[:2] == ["o-1", "o-2"]
    assert {state for state, _ in await house.states()} == {"sent"}
    assert await open_tasks(house) == []


async def test_an_opening_goes_when_its_template_is_in_order_again_and_not_before(house):
    await house.provider.whatsapp("template", name="checkin_start_v1", status="PAUSED")
    await house.comes({"body": QUESTION})
    await house.at(LATER)
    await house.send()
    assert (await house.states(), await house.look()) == ([("held", "132015")], 0)

    await house.provider.whatsapp("template", name="checkin_start_v1", status="APPROVED")
    await house.decide(lambda decision: decision.add(LetGo(decision.now)))
    await house.look()
    await house.send()

    assert (await house.states(), await ours(house)) == ([("sent", "")], ["o-1"])


async def test_after_stop_nothing_of_what_was_held_goes(house):
    await house.comes({"body": Body("One")})
    await house.at(LATER)
    await house.send()

    await house.provider.whatsapp_patient().say("STOP")
    await house.decide(lambda decision: commands.stop(decision, ""))
    await house.hear("STOP")
    await house.look()
    await house.send()

    assert (await house.states())[0] == ("cancelled", "stopped")
    assert "o-1" not in await ours(house)


async def test_the_service_is_believed_that_says_its_window_is_closed(house):
    await house.comes({"body": Body("One")})
    await house.provider.set_clock(LATER.timestamp())

    await house.send()

    assert (await house.states(), await house.look()) == ([("held", "131047")], 0)
    assert (await house.case()).contact.window_closes_at <= house.clock.time


async def test_a_held_message_whose_time_is_over_ends_as_expired_with_a_task(house):
    await house.comes({"body": Body("One"), "expires_at": LATER + timedelta(hours=1)})
    await house.at(LATER)
    await house.send()

    await house.at(LATER + timedelta(hours=2))
    await house.look()
    await house.send()

    assert (await house.states(), await open_tasks(house)) == ([("expired", "expired")], ["expired"])
