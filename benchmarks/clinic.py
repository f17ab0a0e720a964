"""The product as it is wired, on a SQLite file of its own: the sample clinic and its Telegram account."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.channels.telegram.parse import parse
from bot.channels.telegram.split import split
from bot.demo import DEFAULT_CLINIC, sample_clinic
from bot.foundation import Foundation, foundation
from bot.memory import settle
from bot.receiver import Account, Receiver
from bot.settings import Env, Settings
from handlers.core.messages import Body
from handlers.core.values import ChannelKind
from handlers.inbound import Inbound
from handlers.ports import InboxRow, OutboxRow
from storage.blobs import Blobs
from storage.engine import Database
from storage.stores import Stores, stores_of

LEASE = timedelta(seconds=60)
ACCOUNT = Account(DEFAULT_CLINIC, ChannelKind.TELEGRAM, "main")
_BOT = "7000000001"
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Line:
    """The way of a message through the product, each stage on its own; no network, no waiting."""

    base: Foundation
    stores: Stores
    receiver: Receiver
    inbound: Inbound

    async def receive(self, raw: bytes) -> None:
        """Store one Telegram update in the inbox and commit, as the webhook does."""
        await self.receiver.take(ACCOUNT, split(raw, _BOT))

    async def claim(self, limit: int) -> list[InboxRow]:
        """Take rows of up to `limit` conversations, as the inbox worker does."""
        return await self.stores.inbox.claim(now_system=self.base.now_system(), lease=LEASE, limit=limit)

    async def handle(self, limit: int) -> int:
        """Claim and handle rows side by side to their commit; return how many they were."""
        rows = await self.claim(limit)
        await asyncio.gather(*(self.inbound.take(row) for row in rows))
        return len(rows)

    async def collect(self) -> list[tuple[str, Body]]:
        """Send what waits in the outbox to nobody; return (chat, message) in their order."""
        sent = []
        while rows := await self._due():
            for row in rows:
                sent.append((row.point.address, row.body))
                await self.stores.outbox.settle_sent(row, f"m-{row.id}", now=self.base.clock.now())
        return sent

    async def _due(self) -> list[OutboxRow]:
        return await self.stores.outbox.claim(
            ACCOUNT.clinic,
            ACCOUNT.channel,
            ACCOUNT.name,
            now=self.base.clock.now(),
            now_system=self.base.now_system(),
            lease=LEASE,
            limit=_BATCH,
        )


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Foundation]:
    """Open the product on the SQLite file at `path`, with the sample clinic in it."""
    settings = Settings(
        env=Env.TEST, database_url=f"sqlite:///{path}", storage_url=f"file://{path.parent}/files"
    )
    async with foundation(settings) as base:
        await base.stores.clinics.create(sample_clinic(base.around.protocol.id), now=base.now_system())
        settle()
        yield base


def line_of(base: Foundation, database: Database | None = None) -> Line:
    """Return the stages over the stores of `base`, or over the same with another door to the database."""
    stores = base.stores
    if database is not None:
        stores = stores_of(database, stores.vault, Blobs(base.settings.storage_url))
    inbound = Inbound(stores.uow, base.around.world, {ACCOUNT.channel: parse}, base.ids, base.now_system)
    return Line(base, stores, Receiver(stores.inbox, base.clock), inbound)
