"""The whole product without its workers: bodies come in through the web application, rows are taken here."""

import asyncio
import hashlib
import hmac
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
from sqlalchemy import delete, func, select

from bot.demo import make_clinic
from bot.foundation import foundation
from bot.front_chat import make_web_chat
from bot.front_console import make_console
from bot.health import Health
from bot.houses import ways_of
from bot.lines import connect
from bot.settings import Env, Settings
from bot.web import make_web
from handlers.errors import ConcurrentUpdate
from handlers.inbound import Inbound
from storage.tables import inbox, outbox
from tests.channels.whatsapp.webhooks import NUMBER

SECRETS = {"whatsapp": "an-app-secret-of-the-tests", "telegram": "t" * 43}
PATHS = {name: f"/webhooks/{name}/main" for name in SECRETS}
LEASE = timedelta(seconds=60)
SIDE_BY_SIDE = 16
LONGEST = 1.0
"""Seconds of this process' own work that one may cost: no more is allowed to several side by side."""
PATIENCE = 60.0
"""Seconds after which a request is held to hang for another reason than work."""


@dataclass
class Found:
    """What came of some bodies. A fault is (what, of which body)."""

    bodies: int = 0
    rows: int = 0
    longest: float = 0.0
    faults: list = field(default_factory=list)

    def add(self, other):
        self.bodies += other.bodies
        self.rows += other.rows
        self.longest = max(self.longest, other.longest)
        self.faults += other.faults


@dataclass
class House:
    """One clinic with both webhooks. `heard` is the id of everything that came in."""

    base: object
    web: httpx2.AsyncClient
    inbound: Inbound
    parsers: dict
    heard: set = field(default_factory=set)

    async def post(self, service, raw, headers=None):
        """Post a body as its service would; return the status."""
        headers = signed(service, raw) if headers is None else headers
        async with asyncio.timeout(PATIENCE):
            return (await self.web.post(PATHS[service], content=raw, headers=headers)).status_code

    async def take_all(self, found):
        """Take every row that waits as the inbox worker would, conversations side by side."""
        while rows := await self.base.stores.inbox.claim(
            now_system=self.base.now_system(), lease=LEASE, limit=SIDE_BY_SIDE
        ):
            found.rows += len(rows)
            with worked(found, "rows", rows[0].raw):
                await asyncio.gather(*(self._take(row, found) for row in rows))

    async def rows(self):
        """Return how many rows there are, taken or not."""
        asked = select(func.count()).select_from(inbox)
        return await self.base.stores.database.read(lambda conn: conn.scalar(asked))

    async def clear(self):
        """Forget the rows that were taken and the messages that nobody will send."""

        def forget(conn):
            conn.execute(delete(outbox))
            conn.execute(delete(inbox).where(inbox.c.state == "done"))

        await self.base.stores.database.write(forget)

    async def _take(self, row, found):
        try:
            self.heard.add(self.parsers[row.channel](row.raw).message_id)
            await _again(self.inbound, row)
        except Exception as error:  # noqa: BLE001  each is a finding
            found.faults.append((f"{type(error).__name__} of a row: {error}", row.raw))
            await self.base.stores.inbox.give_back(
                row, now_system=self.base.now_system(), code="fuzz", last=True
            )


@contextmanager
def worked(found, what, raw):
    """Note how long this process itself works: what a busy machine adds is no finding."""
    started = time.process_time()
    yield
    spent = time.process_time() - started
    found.longest = max(found.longest, spent)
    if spent > LONGEST:
        found.faults.append((f"{what} took {spent:.1f} s", raw))


async def _again(inbound, row, tries=3):
    """Take a row, again if somebody else moved the case meanwhile, as the worker does."""
    for left in reversed(range(tries)):
        try:
            await inbound.take(row)
        except ConcurrentUpdate:
            if not left:
                raise
        else:
            return


def signed(service, raw):
    """Return the header that proves a body's sender."""
    if service == "telegram":
        return {"X-Telegram-Bot-Api-Secret-Token": SECRETS[service]}
    digest = hmac.new(SECRETS[service].encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


@asynccontextmanager
async def opened(folder):
    """Open a house whose data lie in `folder`."""
    settings = Settings(
        env=Env.DEMO,
        database_url=f"sqlite:///{folder}/yorisoi.db",
        storage_url=f"file://{folder}/files",
        telegram_bot_token="7000000001:" + "x" * 35,
        telegram_mode="webhook",
        telegram_webhook_secret=SECRETS["telegram"],
        whatsapp_access_token="a-token",
        whatsapp_phone_number_id=NUMBER,
        whatsapp_app_secret=SECRETS["whatsapp"],
        whatsapp_verify_token="a-verify-token",
        whatsapp_content="full",
    )
    async with foundation(settings) as base:
        await make_clinic(base)
        clinic = await base.stores.clinics.get("default")
        chat, lines = await make_web_chat(base, clinic.name), await connect(base)
        app = make_web(base, chat, make_console(base, ways_of(base, lines), chat.hub), lines, Health(base))
        parsers = lines.parsers()
        inbound = Inbound(base.stores.uow, base.around.world, parsers, base.ids, base.now_system)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as web:
            yield House(base, web, inbound, parsers)
        await lines.close()
