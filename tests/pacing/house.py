"""A clinic with many conversations whose messages wait in a real database, and the sender to send them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from bot.channels.whatsapp.render import Words
from bot.clock import SystemClock, system_now
from handlers.core.case import Case
from handlers.core.changes import AddPatient, CancelQueued, Change, Queue
from handlers.core.messages import Body, Button
from handlers.core.values import ChannelKind, OutboxId
from scheduler.clocks import Clocks
from scheduler.outbox import Account, SendCases, Sender
from scheduler.pacing import RATES, faster
from scheduler.wake import Wake
from storage.blobs import Blobs
from storage.engine import open_database
from storage.keys import Vault
from storage.stores import Stores, stores_of
from storage.tables import outbox
from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_TOKEN, FakeProvider
from tests.storage.samples import CLINIC, clinic, newcomer

_AT_ONCE = 32
_WORDS = Words(choose="Choose", doors="More", typed="Or type")


@dataclass
class House:
    """One clinic, one channel account, and the people who are written to."""

    stores: Stores
    kind: ChannelKind
    provider: FakeProvider
    people: list[Case]

    async def queue(self, person: int, *names: str) -> None:
        """Let messages wait for somebody; a message's text is its name."""
        case, now = self.people[person], system_now()
        queued = [
            Queue(
                OutboxId(name), case.contact.id, _question(name), dedupe_key=name, not_before=now, turn=name
            )
            for name in names
        ]
        await self.stores.uow.save(case, queued)
        # What the case did not see must not count: only the version moves on.
        known = await self.stores.uow.case_at(CLINIC, case.contact.point)
        self.people[person] = known

    async def sent(self, names: Iterable[str], *, seconds: float) -> list[str]:
        """Return once messages have left, or the time is over: with what became of the others."""
        others = select(outbox.c.id, outbox.c.state, outbox.c.code, outbox.c.uncertain).where(
            outbox.c.id.in_(list(names)), outbox.c.state != "sent"
        )
        for _ in range(int(seconds * 4)):
            left = await self.stores.database.read(lambda conn: conn.execute(others).all())
            if not left:
                return []
            await asyncio.sleep(0.25)
        return [" ".join(map(str, row)) for row in left]

    async def drop_all_but(self, person: int) -> None:
        """Call off what waits for everybody else."""
        for n, case in enumerate(self.people):
            if n != person:
                await self.stores.uow.save(case, [CancelQueued(None, "over")])
                self.people[n] = await self.stores.uow.case_at(CLINIC, case.contact.point)

    def sender(self, channel, pace: float) -> tuple[Sender, Wake]:
        """Return the sender at `pace` times the service's limits, and its bell."""
        wake = Wake()
        self.stores.database.subscribe(lambda _: wake.ring())
        clocks = Clocks(SystemClock(), system_now, asyncio.sleep, Random(7).random)
        account = Account(CLINIC, self.kind, "main", channel, faster(RATES[self.kind], pace))
        return Sender(account, self.stores.outbox, SendCases(_works, _never), wake, clocks), wake


def _question(name: str) -> Body:
    choices = tuple(Button(f"a:{name}:3:{n}", label) for n, label in enumerate(("Yes", "With help", "No")))
    return Body(f"{name}: can you lie flat on your back for one hour?", choices)


async def _works(_account: Account, code: str) -> None:
    """Fail where an account is refused; "" says that it works."""
    if code:
        raise AssertionError("an account was refused")


@asynccontextmanager
async def opened(url: str, files: Path, kind: ChannelKind, provider: FakeProvider) -> AsyncIterator[House]:
    """Open a migrated, empty database as a clinic without people."""
    database = open_database(url)
    stores = stores_of(database, Vault(bytes(range(32))), Blobs(f"file://{files}"))
    await stores.clinics.create(clinic(CLINIC), now=system_now())
    try:
        yield House(stores, kind, provider, [])
    finally:
        await database.close()


@asynccontextmanager
async def connected(kind: ChannelKind, provider: FakeProvider) -> AsyncIterator[object]:
    """Yield the real channel, connected to the fake provider over HTTP."""
    if kind is ChannelKind.TELEGRAM:
        connection = Connection(provider.token, api=provider.url)
        yield TelegramChannel(connection)
        await connection.close()
    else:
        graph = Graph(WHATSAPP_NUMBER, WHATSAPP_TOKEN, api=provider.url)
        yield WhatsAppChannel(graph, lambda _: _WORDS)
        await graph.close()


async def settle_in(house: House, number: int) -> None:
    """Let `number` people write to the clinic, at the service and in the database."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def come(n: int) -> Case:
        address = str(990_000_000 + n) if house.kind is ChannelKind.TELEGRAM else str(12_025_550_000 + n)
        case = newcomer(address, house.kind)
        opens = replace(case.contact, window_closes_at=system_now() + timedelta(hours=24))
        async with places:
            if house.kind is ChannelKind.TELEGRAM:
                await house.provider.say(int(address), "hello")
            else:
                await house.provider.whatsapp_patient(phone=address, user_id="").say("hello")
            await house.stores.uow.save(case, [AddPatient(case.patient, opens)])
            known = await house.stores.uow.case_at(CLINIC, case.contact.point)
        assert known is not None
        return known

    house.people = list(await asyncio.gather(*(come(n) for n in range(number))))


def _never(*_told: object) -> list[Change]:
    raise AssertionError("a message was lost")
