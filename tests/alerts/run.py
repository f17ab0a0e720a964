"""One measurement: patients at a safety check's first question, their taps, and what staff hear when."""

import asyncio
import base64
import json
import os
import re
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import httpx2
from sqlalchemy import select

from bot.clock import jump
from bot.demo import DEFAULT_CLINIC
from bot.surroundings import DEFAULT_PACK
from handlers.core.buttons import answer_data
from handlers.core.case import (
    Anchor,
    Case,
    Contact,
    Dialogue,
    Patient,
    Response,
    ResponseStatus,
    Stage,
)
from handlers.core.changes import AddPatient, JoinTeam, SetAnchor, StartResponse
from handlers.core.on_call import Chain
from handlers.core.values import (
    ChannelKind,
    ContactId,
    ContactPoint,
    Language,
    PatientId,
    Purpose,
    ResponseId,
    Slot,
)
from storage.blobs import Blobs
from storage.engine import open_database
from storage.keys import Vault
from storage.on_call import STAFF_CHAT, THE_CLINIC
from storage.protocols import pack_folder, read_pack
from storage.staff import StaffRoom
from storage.stores import stores_of
from storage.tables import alert_notices, alerts
from tests.fakes.provider.client import FakeProvider
from tests.journeys.clinic import SECRET, connected
from tests.journeys.product import Product

RATE = 50
STAFF = 8001
FIRST = 900_000_000
ROLES = {"sqlite": ("serve",), "postgresql": ("web", "worker")}
PROTOCOL = read_pack(pack_folder(DEFAULT_PACK))
CHECK = next(one for one in PROTOCOL.questionnaires.values() if one.id == "after-infusion-6h")
SIGNS = Slot("s.emerg")
QUIET = 30
"""Seconds."""


@dataclass(frozen=True)
class Found:
    """What one measurement saw: seconds from tap to told, sorted; counts.

    `stages` are medians, too: from the tap to the decision, to the step of the chain, to told.
    """

    took: tuple[float, ...]
    taps: int
    doubled: int
    messages: int
    refused: int
    stages: tuple[float, ...]

    @property
    def lost(self):
        return self.taps - len(self.took)

    def percent(self, share):
        """Return the time within which this share of the alerts was told."""
        return self.took[min(int(share * len(self.took)), len(self.took) - 1)] if self.took else float("inf")


async def run(folder, url, *, seconds):
    """Tap for so long; return how soon staff were told."""
    key, number = os.urandom(32), int(RATE * seconds)
    async with _installation(folder, url, key, number) as (product, provider):
        tapped = await _taps(product, number)
        await _all_heard(provider, number)
        await product.stop()
        settled = await _settled(url)
        lines = await provider.ledger(method="sendMessage", recipient=str(STAFF))
    took = sorted(row.settled_at.timestamp() - tapped[row.patient_id] for row in settled)
    return Found(
        tuple(took),
        taps=number,
        doubled=sum(count - 1 for count in Counter(row.patient_id for row in settled).values()),
        stages=(
            median(row.raised_at.timestamp() - tapped[row.patient_id] for row in settled),
            median((row.at - row.raised_at).total_seconds() for row in settled),
            median((row.settled_at - row.at).total_seconds() for row in settled),
        ),
        messages=sum(line["accepted"] for line in lines),
        refused=sum(not line["accepted"] for line in lines),
    )


@asynccontextmanager
async def _installation(folder, url, key, number):
    provider = await FakeProvider.start(folder / "ledger.jsonl")
    settings = connected(provider, webhook=True) | {"PACE": None, "WHATSAPP_ACCESS_TOKEN": None}
    settings |= {"MASTER_KEY": base64.b64encode(key).decode(), "TICK_SECONDS": "20"}
    product = Product(folder, url, roles=ROLES[url.partition(":")[0]], **settings)
    jump(product.clock_file, datetime.now(UTC))
    try:
        for chat in (STAFF, *range(FIRST, FIRST + number)):
            await provider.say(chat, "hello")
        await _forget_hellos(provider)
        await provider.limits(on=True)
        await product.run("staff", "add", "ada@clinic.example")
        await _seed(url, key, number)
        await product.start()
        await asyncio.sleep(2)  # the first second of a new process belongs to its imports and connections
        yield product, provider
    finally:
        await product.kill()
        await provider.stop()


async def _forget_hellos(provider):
    """Confirm what people wrote so that the service lets us write to them."""
    async with httpx2.AsyncClient(base_url=f"{provider.url}/bot{provider.token}") as http:
        [last] = (await http.post("/getUpdates", json={"offset": -1})).json()["result"]
        await http.post("/getUpdates", json={"offset": last["update_id"] + 1, "timeout": 0})


async def _seed(url, key, number):
    """Put patients before the first question of a safety check, and staff into one chat."""
    database = open_database(url)
    stores = stores_of(database, Vault(key), Blobs("file:///nowhere"))
    clinic, now = await stores.clinics.get(DEFAULT_CLINIC), datetime.now(UTC)
    room = StaffRoom(database, stores.vault, stores.clinics)
    await room.make_link(
        DEFAULT_CLINIC, THE_CLINIC, "code", now_system=now, ends_at=datetime.max.replace(tzinfo=UTC),
        purpose=STAFF_CHAT,
    )  # fmt: skip
    await stores.uow.save(_nobody(clinic, now), [JoinTeam("code", str(STAFF), now, now)])
    await stores.on_call.save(DEFAULT_CLINIC, Chain(minutes=60), by="", now=now)
    for first in range(0, number, 20):
        some = range(first, min(first + 20, number))
        await asyncio.gather(*(stores.uow.save(*_at_the_question(clinic, n, now)) for n in some))
    await database.close()


def _nobody(clinic, now):
    patient = Patient(PatientId("nobody"), code="NOBODY", created_at=now)
    point = ContactPoint(ChannelKind.TELEGRAM, "main", str(STAFF))
    return Case(clinic, patient, Contact(ContactId("nobody"), point), is_new=True)


def _at_the_question(clinic, number, now):
    patient = Patient(
        PatientId(f"p{number}"), code=f"A{number:06d}", created_at=now, stage=Stage.TREATMENT,
        language=Language("en"), zone="Asia/Tokyo", purposes=frozenset({Purpose.HEALTH, Purpose.MESSAGES}),
    )  # fmt: skip
    response = ResponseId(f"r{number}")
    dialogue = Dialogue(response=response, asked=SIGNS, seen=("s.card",))
    point = ContactPoint(ChannelKind.TELEGRAM, "main", str(FIRST + number))
    contact = Contact(ContactId(f"c{number}"), point, dialogue=dialogue, last_heard_at=now)
    begun = Response(response, CHECK.url, CHECK.version, ResponseStatus.IN_PROGRESS, now)
    infused = Anchor(f"a{number}", patient.id, "infusion", now.strftime("2020-%m-%dT10:00"), "Asia/Tokyo")
    case = Case(clinic, patient, contact, is_new=True)
    return case, [AddPatient(patient, contact), StartResponse(begun), SetAnchor(infused, now, "")]


async def _taps(product, number):
    """Deliver the taps as Telegram does, evenly spread; return when each was, by patient."""
    tapped, index = {}, list(CHECK.order).index(SIGNS.link_id)
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    start = asyncio.get_running_loop().time()
    async with httpx2.AsyncClient(base_url=product.url, headers=headers, timeout=30) as http:

        async def tap(n):
            await asyncio.sleep(max(0.0, start + n / RATE - asyncio.get_running_loop().time()))
            tapped[f"p{n}"] = datetime.now(UTC).timestamp()
            body = json.dumps(_update(n, answer_data(f"r{n}", index, (), "0")))
            (await http.post("/webhooks/telegram/main", content=body)).raise_for_status()

        await asyncio.gather(*map(tap, range(number)))
    return tapped


def _update(number, data):
    chat, person = {"id": FIRST + number, "type": "private"}, {"id": FIRST + number, "is_bot": False}
    message = {"message_id": 2, "date": 1, "chat": chat}
    query = {"id": f"q{number}", "from": person, "message": message, "data": data, "chat_instance": "1"}
    return {"update_id": 10_000 + number, "callback_query": query}


async def _all_heard(provider, number):
    """Return once staff have heard of all, or of nothing new for long: till then the database is in use."""
    known, calm = 0, 0
    while known < number and calm < QUIET:
        lines = await provider.ledger(method="sendMessage", recipient=str(STAFF), accepted=True)
        heard = sum(map(_alerts_in, lines))
        known, calm = heard, calm + 1 if heard == known else 0
        await asyncio.sleep(1)


def _alerts_in(line):
    text = line["body"].get("text", "")
    many = re.match(r"(\d+) alerts", text)
    return int(many[1]) if many else int("alert: case" in text)


async def _settled(url):
    """Return patient and times of every alert that was told."""
    database = open_database(url)
    wanted = (
        select(alerts.c.patient_id, alerts.c.raised_at, alert_notices.c.at, alert_notices.c.settled_at)
        .join(alerts, alerts.c.id == alert_notices.c.alert_id)
        .where(alert_notices.c.kind == "alert", alert_notices.c.state == "sent")
    )
    rows = await database.read(lambda conn: conn.execute(wanted).all())
    await database.close()
    return rows
