"""Sender, storage and channel together over the fake provider, in an office that a test runs by hand."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from handlers.core.changes import AddPatient, Queue
from handlers.core.messages import Body
from handlers.core.values import ChannelKind, OutboxId
from scheduler.clocks import Clocks
from scheduler.outbox import Account, SendCases, Sender
from scheduler.pacing import Rates
from scheduler.wake import Wake
from storage.tables import outbox, tasks
from tests.channels.whatsapp.conftest import WORDS
from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_TOKEN, FakeProvider
from tests.storage.samples import CLINIC, NOON, newcomer

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

    def __init__(self, stores, channels, provider, kind):
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

    def _lost(self, row, case):
        return ()


@pytest.fixture
def office(stores, channels, provider):
    return lambda kind: Office(stores, channels, provider, kind)
