"""Sender, storage and channel together against the provider's ledger: never lost, never twice in silence."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from handlers.core.changes import AddPatient, CancelQueued, MoveSend, Queue
from handlers.core.events import Delivery
from handlers.core.messages import Body
from handlers.core.values import ChannelKind, OutboxId
from scheduler.clocks import Clocks
from scheduler.outbox import Account, SendCases, Sender
from scheduler.pacing import Rates
from scheduler.wake import Wake
from storage.tables import outbox, tasks
from tests.channels.whatsapp.conftest import WORDS
from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_TOKEN, FakeProvider
from tests.storage.conftest import stores, vault  # noqa: F401  fixtures
from tests.storage.samples import CLINIC, LEASE, MINUTE, NOON, at_point, newcomer

SECOND = timedelta(seconds=1)
TELEGRAM, WHATSAPP = ChannelKind.TELEGRAM, ChannelKind.WHATSAPP


class Hand:
    """A time that only a test moves; nobody sleeps longer than a moment."""

    def __init__(self):
        self.time = NOON

    def now(self):
        return self.time

    async def sleep(self, seconds):
        await asyncio.sleep(min(seconds, 0.01))

    async def sleep_until(self, moment):
        await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
async def running(tmp_path_factory):
    provider = await FakeProvider.start(tmp_path_factory.mktemp("provider") / "ledger.jsonl")
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running):
    await running.reset()
    await running.connect_whatsapp()
    return running


@pytest.fixture
async def channels(provider):
    connection = Connection(provider.token, api=provider.url, seconds=2)
    graph = Graph(WHATSAPP_NUMBER, WHATSAPP_TOKEN, api=provider.url, seconds=2)
    yield {TELEGRAM: TelegramChannel(connection), WHATSAPP: WhatsAppChannel(graph, lambda _: WORDS)}
    await connection.close()
    await graph.close()


class Office:
    """A sender that runs when told, and patients who are written to."""

    def __init__(self, stores, channels, provider, kind):  # noqa: F811  the fixture's value
        self.stores, self.provider, self.kind = stores, provider, kind
        self.time = Hand()
        self.faults = []
        self.channel = channels[kind]
        self.start()

    def start(self):
        """Start a sender that knows nothing of an earlier one."""
        clocks = Clocks(self.time, self.time.now, self.time.sleep, lambda: 1.0)
        account = Account(CLINIC, self.kind, "main", self.channel, Rates(), self.channel.probe)
        self.sender = Sender(account, self.stores.outbox, SendCases(self._fault, self._lost), Wake(), clocks)

    async def queue(self, *names, address="12025550143", body=None, **fields):
        case = newcomer(address, self.kind)
        contact = replace(case.contact, window_closes_at=NOON + timedelta(days=90))
        if self.kind is TELEGRAM:
            await self.provider.say(int(address), "hello")
        else:
            await self.provider.whatsapp_patient(phone=address, user_id="").say("hello")
        fields.setdefault("not_before", NOON)
        queued = [
            Queue(OutboxId(name), contact.id, body or Body(name), dedupe_key=name, turn=name, **fields)
            for name in names
        ]
        await self.stores.uow.save(case, [AddPatient(case.patient, contact), *queued])
        return address

    async def pass_time(self, duration, step=30 * SECOND):
        """Let the sender look for work every so often."""
        end = self.time.time + duration
        while self.time.time < end:
            await self.sender.run_once()
            self.time.time = min(self.time.time + step, end)
        await self.sender.run_once()

    async def sends(self):
        """Return how often each message arrived."""
        lines = await self.provider.ledger(
            method="sendMessage" if self.kind is TELEGRAM else "messages", accepted=True
        )
        return Counter(line["outbox"] for line in lines)

    async def rows(self):
        found = await self.stores.database.read(
            lambda conn: conn.execute(select(outbox.c.id, outbox.c.state, outbox.c.uncertain)).all()
        )
        return {row.id: (row.state, row.uncertain) for row in found}

    async def tasks(self):
        return await self.stores.database.read(lambda conn: conn.scalars(select(tasks.c.kind)).all())

    async def _fault(self, account, code):
        self.faults += [code] if code else []

    async def _lost(self, row):
        pass


@pytest.fixture
def office(stores, channels, provider):  # noqa: F811  the fixture
    return lambda kind: Office(stores, channels, provider, kind)


TAKEN_THEN = ["accept-then-500", "accept-then-html-502", "accept-then-drop", "accept-then-garbage"]


@pytest.mark.parametrize("verdict", TAKEN_THEN)
async def test_telegrams_one_resend_after_an_ambiguous_send_is_recorded(office, verdict):
    desk = office(TELEGRAM)
    await desk.queue("q1")
    await desk.provider.faults(verdict, method="sendMessage")

    await desk.pass_time(5 * MINUTE)

    assert (await desk.sends(), await desk.rows()) == ({"q1": 2}, {"q1": ("sent", 1)})


@pytest.mark.parametrize("verdict", TAKEN_THEN)
async def test_a_link_is_not_sent_again_and_a_person_is_told(office, verdict):
    desk = office(TELEGRAM)
    await desk.queue("link", resend_if_uncertain=False)
    await desk.provider.faults(verdict, method="sendMessage")

    await desk.pass_time(5 * MINUTE)

    assert (await desk.sends(), await desk.rows()) == ({"link": 1}, {"link": ("unknown", 1)})
    assert await desk.tasks() == ["unknown-send"]


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_a_second_ambiguous_send_is_the_last(office, kind):
    desk = office(kind)
    await desk.queue("q1")
    method = "sendMessage" if kind is TELEGRAM else "messages"
    await desk.provider.faults(*["accept-then-500"] * 9, method=method)

    await desk.pass_time(60 * MINUTE)

    assert ((await desk.sends())["q1"], (await desk.rows())["q1"][0]) == (2, "unknown")


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_an_outage_of_hours_costs_no_message_its_certainty_but_those_under_way(office, kind):
    desk = office(kind)
    for n in range(6):
        await desk.queue(f"q{n}", address=str(12025550100 + n))
    await desk.provider.faults(channel=kind.value, mix={"html-502": 1.0})
    await desk.pass_time(timedelta(hours=3), step=MINUTE)
    during = await desk.rows()

    await desk.provider.calm()
    await desk.pass_time(15 * MINUTE)

    assert "unknown" not in {state for state, _ in during.values()}
    assert set((await desk.sends()).values()) == {1}
    assert {state for state, _ in (await desk.rows()).values()} == {"sent"}


async def test_a_status_that_echoes_our_id_ends_the_wait_without_a_resend(office):
    desk = office(WHATSAPP)
    await desk.queue("q1")
    await desk.provider.faults("accept-then-drop", method="messages")
    await desk.pass_time(MINUTE)
    case = await desk.stores.uow.case_at(CLINIC, at_point("12025550143", WHATSAPP))

    await desk.stores.uow.save(case, [MoveSend("wamid.X", Delivery.SENT, desk.time.now(), "q1")])
    await desk.pass_time(30 * MINUTE)

    assert (await desk.sends(), await desk.rows()) == ({"q1": 1}, {"q1": ("sent", 1)})


async def test_without_a_status_whatsapp_gets_one_resend_after_ten_minutes(office):
    desk = office(WHATSAPP)
    await desk.queue("q1")
    await desk.provider.faults("accept-then-drop", method="messages")

    await desk.pass_time(9 * MINUTE)
    early = await desk.sends()
    await desk.pass_time(3 * MINUTE)

    assert (early, await desk.sends()) == ({"q1": 1}, {"q1": 2})


async def test_a_process_killed_over_a_whatsapp_message_waits_for_its_status_too(office):
    desk = office(WHATSAPP)
    await desk.queue("q1")
    await desk.stores.outbox.claim(CLINIC, WHATSAPP, "main", now=NOON, now_system=NOON, lease=LEASE, limit=1)
    desk.start()

    desk.time.time += LEASE
    await desk.pass_time(9 * MINUTE)
    early = await desk.sends()
    await desk.pass_time(3 * MINUTE)

    assert (early, await desk.sends(), await desk.rows()) == ({}, {"q1": 1}, {"q1": ("sent", 1)})


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_a_revoked_token_stops_the_queue_and_burns_nothing(office, kind):
    desk = office(kind)
    for n in range(3):
        await desk.queue(f"q{n}", address=str(12025550100 + n))
    await desk.provider.faults(channel=kind.value, mix={"401:190" if kind is WHATSAPP else "401": 1.0})
    await desk.pass_time(timedelta(hours=1))
    during = await desk.rows()

    await desk.provider.calm()
    await desk.pass_time(6 * MINUTE)

    assert set(during.values()) == {("queued", 0)}
    assert (len(desk.faults), await desk.sends()) == (1, {"q0": 1, "q1": 1, "q2": 1})


async def test_somebody_who_blocked_the_bot_gets_one_attempt_and_no_more(office):
    desk = office(TELEGRAM)
    address = await desk.queue("q1", "q2", "q3")
    await desk.provider.block(int(address))

    await desk.pass_time(10 * MINUTE)

    calls = await desk.provider.ledger(method="sendMessage")
    assert (len(calls), await desk.tasks()) == (1, ["unreachable"])
    assert {state for state, _ in (await desk.rows()).values()} == {"failed", "cancelled"}


async def test_a_chat_that_became_a_supergroup_ends_without_a_loop(office):
    desk = office(TELEGRAM)
    await desk.queue("q1")
    await desk.provider.faults(*["400:migrated"] * 9, method="sendMessage")

    await desk.pass_time(60 * MINUTE)

    assert len(await desk.provider.ledger(method="sendMessage")) == 1


async def test_nothing_is_sent_inside_a_penalty(office):
    desk = office(TELEGRAM)
    for n in range(5):
        await desk.queue(f"q{n}", address=str(12025550100 + n))
    await desk.provider.faults("429:40", method="sendMessage")
    await desk.sender.run_once()
    before = len(await desk.provider.ledger(method="sendMessage"))

    await desk.pass_time(39 * SECOND, step=SECOND)
    inside = len(await desk.provider.ledger(method="sendMessage"))
    await desk.pass_time(10 * SECOND, step=SECOND)

    assert (inside, await desk.sends()) == (before, {f"q{n}": 1 for n in range(5)})


async def test_a_poisoned_message_is_shown_to_a_person_and_its_neighbours_go(office):
    desk = office(TELEGRAM)
    await desk.queue("bad", address="12025550101")
    await desk.queue("good", address="12025550102")
    spoil = update(outbox).where(outbox.c.id == "bad").values(body=b"spoiled")
    await desk.stores.database.write(lambda conn: conn.execute(spoil))

    await desk.pass_time(10 * MINUTE)

    assert (await desk.rows(), await desk.tasks()) == (
        {"bad": ("failed", 0), "good": ("sent", 0)},
        ["send-failed"],
    )


async def test_stop_reaches_a_message_that_was_claimed_already(office):
    desk = office(TELEGRAM)
    address = await desk.queue("q1")
    send = desk.stores.outbox.why_not

    async def stopped_just_before(row):
        case = await desk.stores.uow.case_at(CLINIC, at_point(address))
        await desk.stores.uow.save(case, [CancelQueued(None, "stopped")])
        return await send(row)

    desk.stores.outbox.why_not = stopped_just_before
    await desk.sender.run_once()

    assert (await desk.sends(), await desk.rows()) == ({}, {"q1": ("cancelled", 0)})
