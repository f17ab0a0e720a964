"""PostgreSQL stopped and started again and again under load: nothing lost, only 503 seen."""

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx2

from tests.chaos import oracle
from tests.chaos.figures import Figure, say
from tests.chaos.fleet import fleet
from tests.chaos.people import ByTelegram, ByWeb, ByWhatsApp, Script, answers_on
from tests.chaos.server import a_database
from tests.journeys.waiting import until

MINUTE = 60
UP = (5.0, 20.0)
SOON = (3.0, 8.0)
DOWN = (0.0, 5.0)
PROBED = ("/healthz", "/readyz", "/chat/", "/console/sign-in", "/metrics")
HTML = {"Accept": "text/html"}
CROWD = {"telegram": 6, "whatsapp": 3, "web": 2}
FEW = {"telegram": 2, "whatsapp": 1, "web": 2}
"""In the short form, which must end soon after its last outage."""
CALM_SECONDS = 120
WAITING = ("inbox_pending", "outbox_due", "outbox_inflight")


class Monkey:
    """Stops the server at once and starts it again, for a while."""

    def __init__(self, server, chance):
        self._server = server
        self._chance = chance
        self.outages = 0
        self.dark = 0.0

    async def rage(self, seconds, up, down):
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await asyncio.sleep(min(self._chance.uniform(*up), max(0.0, end - loop.time())))
            begun = loop.time()
            await asyncio.to_thread(self._server.halt)
            await asyncio.sleep(self._chance.uniform(*down))
            await asyncio.to_thread(self._server.go_on)
            self.outages += 1
            self.dark += loop.time() - begun


class Crowd:
    """So many people at once, each walking through a whole intake, and then the next."""

    def __init__(self, product, provider, script, links):
        self._product = product
        self._provider = provider
        self._script = script
        self._links = links
        self.statuses = Counter()
        self.finished = {}
        self._numbers = iter(range(1, 1_000_000))

    async def walk_until(self, closing, sizes):
        """Begin new walks until `closing` is set, then let the last ones end."""
        async with asyncio.TaskGroup() as tasks:
            for channel, size in sizes.items():
                for _ in range(size):
                    tasks.create_task(self._one_after_another(channel, closing))

    async def _one_after_another(self, channel, closing):
        while not closing.is_set():
            number = next(self._numbers)
            person, name = self.somebody(channel, number), f"Person {number}"
            try:
                await person.arrives(self._links[channel])
                await self._script.follow(person, name)
            finally:
                await person.close()
            self.finished[name] = answers_on(channel)

    def somebody(self, channel, number):
        webs = self._product.webs
        match channel:
            case "telegram":
                return ByTelegram(self._provider, 7000 + number)
            case "whatsapp":
                return ByWhatsApp(self._provider, f"1202{number:07}")
            case _:
                return ByWeb(webs[number % len(webs)].url, self.statuses)


async def probe(product, statuses, odd):
    """Look at every web process's pages, again and again."""
    async with httpx2.AsyncClient(timeout=40, headers=HTML) as http:
        while True:
            for web in product.webs:
                for path in PROBED:
                    await _look(http, web, path, statuses, odd)
            await asyncio.sleep(0.2)


async def _look(http, web, path, statuses, odd):
    try:
        status = str((await http.get(f"{web.url}{path}")).status_code)
    except httpx2.TransportError as error:
        status = type(error).__name__
    statuses[status] += 1
    if status not in oracle.ALLOWED or (path == "/healthz" and status != "200"):
        odd[f"{path} {status}"] += 1


@asynccontextmanager
async def beside(work):
    """Run `work` while the body runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@dataclass
class Storm:
    """One run: the product, those who use it, and what was seen."""

    product: object
    provider: object
    crowd: object
    monkey: object
    statuses: Counter = field(default_factory=Counter)
    odd: Counter = field(default_factory=Counter)
    drained: float = 0.0

    async def rage(self, seconds, up, down):
        """Let people walk and the database fall for `seconds`; then wait until all is worked off."""
        closing = asyncio.Event()
        async with (
            beside(probe(self.product, self.statuses, self.odd)),
            beside(_progress(self.monkey, self.crowd)),
        ):
            raging = asyncio.create_task(self.monkey.rage(seconds, up, down))
            raging.add_done_callback(lambda _: closing.set())
            sizes = FEW if seconds < MINUTE else CROWD
            await asyncio.gather(raging, self.crowd.walk_until(closing, sizes))
            self.drained = await drained(self.product, self.provider)


async def run(folder, seconds, *, seed):
    """Rage for `seconds`; return the figures."""
    up, down = (SOON, DOWN) if seconds < MINUTE else (UP, DOWN)
    async with (
        a_database() as (server, url),
        fleet(folder, url, webs=2, workers=3) as (product, provider),
    ):
        links = {way["channel"]: way["url"] for way in await product.json("invite", "--open")}
        script = Script()
        crowd = Crowd(product, provider, script, links)
        pilot = crowd.somebody("telegram", 0)
        await pilot.arrives(links["telegram"])
        await pilot.is_asked()
        await script.learn(pilot)
        storm = Storm(product, provider, crowd, Monkey(server, random.Random(seed)))
        await storm.rage(seconds, up, down)
        return await _figures(storm)


async def _progress(monkey, crowd):
    while True:
        await asyncio.sleep(10)
        say(f"    {monkey.outages} outages, {len(crowd.finished)} intakes finished")


async def drained(product, provider):
    """Return how many seconds it took until nothing was left to do, once all was calm."""
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def is_empty():
        waits = await provider.bot(), await provider.whatsapp_pending()
        gauges = await gauges_of(product)
        return not (waits[0]["pending"] or waits[1] or any(gauges[f"yorisoi_{name}"] for name in WAITING))

    async def is_settled():
        states = oracle.unsettled((await product.export())["sends"])
        return not (states["queued"] or states["sending"])

    await until(is_empty, "everything was worked off", seconds=CALM_SECONDS)
    seconds = loop.time() - begun
    await until(is_settled, "every message was settled", seconds=CALM_SECONDS)
    return seconds


async def _figures(storm):
    product, crowd = storm.product, storm.crowd
    export, ledger = await product.export(), await storm.provider.ledger()
    gauges = await gauges_of(product)
    gone = product.gone()
    codes = await product.stop()
    answered = oracle.webhook_answers(ledger)
    doubled, wrong = oracle.doubles(ledger, export["sends"])
    states, surprises = oracle.unsettled(export["sends"]), product.surprises()
    for what in (storm.odd, answered, crowd.statuses, states, *surprises[:8]):
        say(f"    {dict(what) if isinstance(what, Counter) else what}")
    other = oracle.forbidden(answered) + oracle.forbidden(crowd.statuses) + sum(storm.odd.values())
    refused = sum(found["503"] for found in (answered, crowd.statuses, storm.statuses))
    changed = oracle.wrong_answers(export, crowd.finished)
    for name, difference in list(changed.items())[:8]:
        say(f"    {name}: {difference}")
    untaken = oracle.never_taken(ledger, export["sends"])
    return [
        Figure("outages of the database", storm.monkey.outages, 1, least=True),
        Figure("seconds that it was away", storm.monkey.dark),
        Figure("answers 503 meanwhile", refused, 1, least=True),
        Figure("answers that were neither good nor 503", other, 0),
        Figure("intakes walked from end to end", len(crowd.finished), 1, least=True),
        Figure("of them with an answer lost, doubled or changed", len(changed), 0),
        Figure("messages sent that the provider never took", len(untaken), 0),
        Figure("messages that came twice, each after an ambiguous send", doubled),
        Figure("messages that came twice without one", len(wrong), 0),
        Figure("messages left unsent, failed or unknown", sum(states.values()), 0),
        Figure("items in quarantine", gauges["yorisoi_inbox_quarantined"], 0),
        Figure("items left in the inbox", gauges["yorisoi_inbox_pending"], 0),
        Figure("seconds until all was worked off", storm.drained),
        Figure("processes that ended by themselves", len(gone), 0),
        Figure("processes that did not end well when asked", len([code for code in codes if code]), 0),
        Figure("surprises in the logs", len(surprises), 0),
    ]


async def gauges_of(product):
    """Return the figures of /metrics."""
    async with httpx2.AsyncClient(timeout=20) as http:
        text = (await http.get(f"{product.webs[0].url}/metrics")).text
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}
