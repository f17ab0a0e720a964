"""Several processes of the product on one database: some answer, some work, each stopped alone."""

import asyncio
import re
import signal
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2

from bot.clock import jump
from tests.chaos.figures import say
from tests.fakes.provider.client import FakeProvider
from tests.journeys.clinic import connected
from tests.journeys.product import Product, free_port, suppressed_exit
from tests.journeys.waiting import until

LEASE_SECONDS = 10
RATE = 10
"""How fast business time runs: an ambiguous message on WhatsApp waits ten minutes of it for a status."""
START_SECONDS = 240
"""Five processes at once on a busy machine."""
TIMES = {"LEASE_SECONDS": str(LEASE_SECONDS), "SEND_TIMEOUT_SECONDS": "3"}
BROKEN = re.compile(r"Traceback|never retrieved|unclosed|ResourceWarning|task failed")
"""What a log must never hold: something that nobody was ready for, or that was left open."""


@dataclass
class Member:
    """One process."""

    role: str
    port: int
    process: asyncio.subprocess.Process = None
    url: str = field(init=False)

    def __post_init__(self):
        self.url = f"http://127.0.0.1:{self.port}"

    def send(self, number):
        with suppressed_exit():
            self.process.send_signal(number)

    def freeze(self):
        """Let it stand still in the middle of whatever it does."""
        self.send(signal.SIGSTOP)

    def thaw(self):
        self.send(signal.SIGCONT)

    def kill(self):
        self.send(signal.SIGKILL)


class Fleet(Product):
    """`webs` processes that answer and `workers` that work, or one `serve` that does both."""

    def __init__(self, folder, database_url, *, webs=1, workers=1, **settings):
        super().__init__(folder, database_url, **settings)
        jump(self.clock_file, datetime.now(UTC), RATE)
        roles = ["web"] * webs + ["worker"] * workers or ["serve"]
        self.members = [Member(role, self.port if not n else free_port()) for n, role in enumerate(roles)]

    @property
    def webs(self):
        return [member for member in self.members if member.role != "worker"]

    @property
    def workers(self):
        return [member for member in self.members if member.role != "web"]

    async def start(self):
        for member in self.members:
            await self.begin(member)
        for web in self.webs:
            await until(
                lambda web=web: is_ready(web.url), lambda: f"ready: {self.log()}", seconds=START_SECONDS
            )

    async def begin(self, member):
        """Start one process."""
        self.port = member.port
        member.process = await self._spawn(member.role)
        self.processes.append(member.process)

    def gone(self):
        """Return the exit codes of processes that have ended by themselves."""
        codes = [member.process.returncode for member in self.members]
        return [code for code in codes if code is not None]

    async def stop(self):
        for member in self.members:
            member.thaw()
        return await super().stop()

    def surprises(self):
        """Return the lines of the log that nobody was ready for."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return [line for line in lines if BROKEN.search(line)]

    def said(self, words):
        """Return how often the processes said this in their logs."""
        return (self.folder / "log").read_text(errors="replace").count(words)

    @property
    def environment(self):
        return super().environment | {"PYTHONWARNINGS": "default::ResourceWarning"}


@asynccontextmanager
async def fleet(folder, database_url, *, webs=1, workers=1, **settings):
    """Open a fleet with a fake provider beside it, connected to it by webhooks; end both."""
    provider = await FakeProvider.start(folder / "ledger.jsonl")
    given = connected(provider, webhook=True) | TIMES | settings
    product = Fleet(folder, database_url, webs=webs, workers=workers, **given)
    try:
        await provider.connect_whatsapp(f"{product.webs[-1].url}/webhooks/whatsapp/main")
        await product.run("migrate")
        await product.open()
        yield product, provider
    except BaseException:
        say(f"    ended by themselves: {product.gone()}\n{product.log()}")
        raise
    finally:
        await product.kill()
        await provider.stop()


async def is_ready(url):
    """Say whether a process answers that it can work."""
    with suppress(httpx2.TransportError):
        async with httpx2.AsyncClient(timeout=10) as http:
            return (await http.get(f"{url}/readyz")).status_code == 200
    return False
