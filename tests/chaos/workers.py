"""Four workers on one database: who stands still or dies in the middle of work changes nothing by it."""

import asyncio
import random
import re
from collections import defaultdict
from contextlib import suppress

import httpx2

from tests.chaos import oracle
from tests.chaos.figures import Figure, say
from tests.chaos.fleet import LEASE_SECONDS, fleet
from tests.chaos.outage import drained, gauges_of
from tests.chaos.people import ByTelegram, ByWeb
from tests.chaos.server import a_database
from tests.journeys.waiting import until

COMMANDS = ("/menu", "/language", "/privacy", "/person")
"""What has exactly one reply, always the same and each another."""
MARGIN_SECONDS = 5
HANGING = 6
PAGE_SECONDS = 5


class Talks:
    """Many chats on Telegram: who said what, and what was replied."""

    def __init__(self, provider, link, chance):
        self._provider = provider
        self._link = link
        self._chance = chance
        self._words = {}
        self.said = defaultdict(list)
        self.chats = []

    async def begin(self, count):
        """Let so many people open their chat; the first one shows what each command is replied."""
        self.chats = [8000 + number for number in range(count)]
        people = [ByTelegram(self._provider, chat) for chat in self.chats]
        for person in people:
            await person.arrives(self._link)
        for person in people:
            await person.is_asked()
        for command in COMMANDS:
            await people[0].says(command)
            reply = await people[0].hears()
            self._words[_first_line(reply.text)] = command

    async def burst(self, chats, each):
        """Let every chat say `each` commands at once, without waiting for any reply.

        None twice in a row: a button that is tapped twice is one tap.
        """
        for chat in [chat for _ in range(each) for chat in chats]:
            command = self._chance.choice([one for one in COMMANDS if one not in self.said[chat][-1:]])
            self.said[chat].append(command)
            await self._provider.say(chat, command)

    async def replies(self, chat):
        """Return which commands were replied to, in the order of the replies, each message once."""
        texts = [
            message["text"] for message in await self._provider.messages(chat) if message["from"]["is_bot"]
        ]
        heard = [self._words.get(_first_line(text)) for text in texts]
        return [command for command in heard if command]

    async def disorder(self, doubled):
        """Return how many chats were replied to in another order than they spoke, or not once each."""
        wrong = 0
        for chat in self.chats[1:]:
            replies = await self.replies(chat)
            if chat in doubled:
                replies = _without_repeats(replies, self.said[chat])
            wrong += oracle.out_of_order(self.said[chat], replies)
        return wrong


def _first_line(text):
    return text.strip().splitlines()[0] if text.strip() else ""


def _without_repeats(replies, said):
    """Take a repeated reply out where one more came than was asked for."""
    kept = []
    for reply in replies:
        is_repeat = kept and kept[-1] == reply and said[len(kept) : len(kept) + 1] != [reply]
        if not is_repeat:
            kept.append(reply)
    return kept


async def run(folder, chats, each, *, seed, judged):
    """Return the figures of four workers with `chats` conversations of `each` messages."""
    async with (
        a_database() as (_, url),
        fleet(folder, url, webs=2, workers=4) as (product, provider),
    ):
        links = {way["channel"]: way["url"] for way in await product.json("invite", "--open")}
        talks = Talks(provider, links["telegram"], random.Random(seed))
        await talks.begin(chats)
        say(f"    {chats} chats opened")
        await talks.burst(talks.chats[1:], each)
        await drained(product, provider)
        figures = [*await _calm(product, provider, talks), *await _pages(product, links["web"])]
        say("    worked off in order; now one of the four stands still in the middle of its work")
        figures += await _frozen(product, provider, talks)
        say("    now one is killed in the middle of its work")
        figures += await _killed(product, provider, talks, judged=judged)
        return figures + await _end(product, provider, talks)


async def _calm(product, provider, talks):
    export, ledger = await product.export(), await provider.ledger()
    doubled, wrong = oracle.doubles(ledger, export["sends"])
    return [
        Figure("messages worked off by 4 workers", sum(map(len, talks.said.values())), 1, least=True),
        Figure("conversations out of order", await talks.disorder(()), 0),
        Figure("messages sent twice", doubled + len(wrong), 0),
    ]


async def _frozen(product, provider, talks):
    """Stop a worker past its lease with work in hand, let others do it, wake it: nothing changes."""
    first, *others = product.workers
    await _alone(product, provider, talks, first)
    hanging = talks.chats[1 : 1 + HANGING]
    for number, chat in enumerate(hanging):
        verdict = "hang" if number % 2 else "accept-then-hang"
        await provider.faults(verdict, channel="telegram", method="sendMessage", recipient=chat)
    await talks.burst(hanging, 1)
    await until(lambda: _hang(provider, hanging), "messages hung at the service")
    await talks.burst(talks.chats[1 + HANGING :], 1)
    first.freeze()
    for other in others:
        other.thaw()
    await drained(product, provider)
    before = await product.export()
    taken = oracle.accepted(await provider.ledger())
    first.thaw()
    await until(lambda: _true(product.said("stale settle")), "the woken worker tried to settle", seconds=30)
    await drained(product, provider)
    after = await product.export()
    ledger = await provider.ledger()
    changed = [name for name in before if _by_id(before[name]) != _by_id(after[name])]
    again = sum((oracle.accepted(ledger) - taken).values())
    doubled, wrong = oracle.doubles(ledger, after["sends"])
    return [
        Figure(
            "stale settles of a worker woken after its lease", product.said("stale settle"), 1, least=True
        ),
        Figure("lists of the export that it changed", len(changed), 0),
        Figure("messages that it sent", again, 0),
        Figure("messages that came twice, each after an ambiguous send", doubled),
        Figure("messages that came twice without one", len(wrong), 0),
    ]


async def _killed(product, provider, talks, *, judged):
    """Kill a worker with work in hand; return how long it takes until others have done it."""
    first, *others = product.workers
    await _alone(product, provider, talks, first)
    hanging = talks.chats[1 + HANGING : 1 + 2 * HANGING]
    for chat in hanging:
        await provider.faults("hang", channel="telegram", method="sendMessage", recipient=chat)
    await talks.burst(talks.chats[1:], 2)
    await until(lambda: _hang(provider, hanging), "messages hung at the service")
    first.kill()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await provider.calm()
    left = len([row for row in (await product.export())["sends"] if row["state"] == "sending"])
    for other in others:
        other.thaw()
    await until(lambda: _nothing_waits(product), "the dead worker's rows were done", seconds=60)
    limit = LEASE_SECONDS + MARGIN_SECONDS if judged else None
    return [
        Figure("messages in hand when a worker died", left, 1, least=True),
        Figure("seconds until others had done them (lease + 5)", loop.time() - begun, limit),
    ]


async def _end(product, provider, talks):
    await drained(product, provider)
    export, ledger = await product.export(), await provider.ledger()
    gauges = await gauges_of(product)
    _, wrong = oracle.doubles(ledger, export["sends"])
    counts = oracle.accepted(ledger)
    twice = {
        int(line["recipient"]) for line in ledger if line["outbox"] and counts[line["outbox"]] > 1
    }  # fmt: skip
    states, surprises = oracle.unsettled(export["sends"]), product.surprises()
    for line in surprises[:5]:
        say(f"    {line}")
    return [
        Figure("conversations out of order after all of it", await talks.disorder(twice), 0),
        Figure("messages that came twice without an ambiguous send", len(wrong), 0),
        Figure("messages left unsent, failed or unknown", sum(states.values()), 0),
        Figure("items in quarantine", gauges["yorisoi_inbox_quarantined"], 0),
        Figure("surprises in the logs", len(surprises), 0),
    ]


async def _alone(product, provider, talks, first):
    """Let every worker but one stand still, and wait until that one sends."""
    for other in product.workers:
        if other is not first:
            other.freeze()
    chat = talks.chats[-1]
    await talks.burst([chat], 1)

    async def replied():
        return len(await talks.replies(chat)) >= len(talks.said[chat])

    await until(replied, "the only worker left sent something", seconds=LEASE_SECONDS * 4)


async def _hang(provider, chats):
    ledger = await provider.ledger(channel="telegram", method="sendMessage")
    hung = {line["recipient"] for line in ledger if line["verdict"].endswith("hang")}
    return hung >= {str(chat) for chat in chats}


async def _nothing_waits(product):
    gauges = await gauges_of(product)
    return not any(gauges[f"yorisoi_{name}"] for name in ("inbox_pending", "outbox_due", "outbox_inflight"))


async def _true(value):
    return bool(value)


def _by_id(rows):
    return sorted(map(str, rows))


async def _pages(product, link):
    """Return how long a reply takes to a page that hangs on each of the web processes."""
    slowest = 0.0
    for web in product.webs:
        person = ByWeb(web.url, defaultdict(int))
        await person.arrives(link)
        await person.is_asked()
        slowest = max(slowest, await _streamed(person))
        await person.close()
    return [Figure("seconds until a reply is on a page of either process", slowest, PAGE_SECONDS)]


async def _streamed(person):
    """Return how many seconds pass between a question and its reply on the open stream."""
    loop, begun = asyncio.get_running_loop(), 0.0
    async with person.http.stream("GET", "/chat/events") as stream:
        with suppress(httpx2.ReadTimeout):
            async for line in stream.aiter_lines():
                if not begun and line.startswith("data:"):
                    begun = loop.time()
                    await person.says("/privacy")
                elif begun and re.search(r'"from": "clinic"', line):
                    return loop.time() - begun
    return 999.0
