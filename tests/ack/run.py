"""One measurement: the real product, people at the fake provider, deliveries, backups beside them."""

import asyncio
import base64
import json
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.channels.whatsapp.split import split
from bot.clock import jump
from bot.demo import DEFAULT_CLINIC
from handlers.core.values import ChannelKind
from storage.blobs import Blobs
from storage.engine import open_database
from storage.keys import Vault
from storage.sql import insert_numbered
from storage.states import InboxState
from storage.stores import stores_of
from storage.tables import inbox
from tests.ack.client import delivery, phone_of
from tests.fakes.provider.client import WHATSAPP_NUMBER, FakeProvider
from tests.journeys.clinic import connected
from tests.journeys.product import ROOT, Product

RATE = 200
PEOPLE = 200
HISTORY = 40_000
"""Handled messages that lie in the database before: something for the backup to copy."""
ROLES = {"sqlite": ("serve",), "postgresql": ("web", "worker")}


@dataclass(frozen=True)
class Found:
    """What one measurement saw: milliseconds, sorted; counts."""

    took: tuple[float, ...]
    acked: int
    refused: int
    lost: int
    copies: int
    lines: int

    def percent(self, share):
        """Return the time within which this share of the deliveries was acknowledged."""
        return self.took[min(int(share * len(self.took)), len(self.took) - 1)]


async def run(folder, url, *, seconds, history=HISTORY):
    """Deliver for so long while backups run, and look for every acknowledged message afterwards."""
    key = os.urandom(32)
    async with _installation(folder, url, key, history) as product:
        async with _backups(folder, url) as copies:
            # The first second of a new process belongs to its imports and connections.
            await _deliver(product.port, first=0, seconds=2)
            told = await _deliver(product.port, first=1_000_000, seconds=seconds)
        await product.stop()
        lost = await _missing(url, key, told["acked"])
    return Found(
        tuple(sorted(1000 * took for took in told["took"])),
        acked=len(told["acked"]), refused=told["refused"], lost=lost, copies=copies(), lines=told["lines"],
    )  # fmt: skip


@asynccontextmanager
async def _installation(folder, url, key, history):
    """Give the running product, on a database with a past, connected to people who can be written to."""
    provider = await FakeProvider.start(folder / "ledger.jsonl")
    settings = connected(provider, webhook=True) | {"PACE": None, "TELEGRAM_BOT_TOKEN": None}
    settings |= {"MASTER_KEY": base64.b64encode(key).decode(), "TICK_SECONDS": "20"}
    product = Product(folder, url, roles=ROLES[url.partition(":")[0]], **settings)
    jump(product.clock_file, datetime.now(UTC))
    try:
        await provider.connect_whatsapp()
        for number in range(PEOPLE):
            await provider.whatsapp_patient(phone_of(number), "").say("hello")
        await product.run("migrate")
        await _fill(url, history)
        await product.open()
        yield product
    finally:
        await product.kill()
        await provider.stop()


async def _fill(url, history):
    """Put handled messages of a week ago into the database."""
    database = open_database(url)
    at = datetime.now(UTC) - timedelta(days=7)
    row = {
        "clinic_id": DEFAULT_CLINIC, "channel": "whatsapp", "account": "main", "day": "2026-01-01",
        "state": InboxState.DONE.value, "received_at": at, "kind": "Said",
    }  # fmt: skip
    for first in range(0, history, 1000):
        rows = [
            row | {"id": f"past-{number}", "conversation": os.urandom(32), "body": os.urandom(900)}
            for number in range(first, min(first + 1000, history))
        ]
        await database.write(lambda conn, rows=rows: conn.execute(insert_numbered(inbox), rows) and None)
    await database.close()


@asynccontextmanager
async def _backups(folder, url):
    """Copy the database again and again meanwhile; give what tells how often it was."""
    place = folder / "copies"
    place.mkdir()
    process = await _program("tests.ack.backup", url, place, stdout=asyncio.subprocess.PIPE)
    made = []

    async def note():
        while line := await process.stdout.readline():
            made.append(int(line))

    noting = asyncio.create_task(note())
    try:
        yield lambda: len(made)
    finally:
        process.kill()
        await process.wait()
        await noting


async def _deliver(port, *, first, seconds):
    """Let the client deliver from its own process; return what it found."""
    asked = {"port": port, "first": first, "seconds": seconds, "rate": RATE, "people": PEOPLE}
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    process = await _program("tests.ack.client", **pipes, limit=2**28)
    printed, _ = await process.communicate(json.dumps(asked).encode() + b"\n")
    return json.loads(printed)


async def _program(module, *words, **how):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *map(str, words), cwd=ROOT, **how
    )


async def _missing(url, key, acked):
    """Return how many acknowledged messages are not in the inbox."""
    database = open_database(url)
    stores = stores_of(database, Vault(key), Blobs("file:///nowhere"))
    clinic = await stores.clinics.key(DEFAULT_CLINIC)
    stored = set(await database.read(lambda conn: conn.scalars(select(inbox.c.id)).all()))
    await database.close()
    rows = {
        stores.vault.index(clinic, "inbox", ChannelKind.WHATSAPP, "main", _dedupe_key(wamid)).hex()
        for wamid in acked
    }
    return len(rows - stored) + len(acked) - len(rows)


def _dedupe_key(wamid):
    number = int(wamid.removeprefix("wamid.ACK"))
    _, _, body = delivery(number, PEOPLE).partition(b"\r\n\r\n")
    [piece] = split(body, WHATSAPP_NUMBER).pieces
    return piece.dedupe_key
