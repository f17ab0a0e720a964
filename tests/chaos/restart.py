"""How soon something useful is done after a crash: one process on SQLite."""

import asyncio
import statistics

from tests.chaos.figures import Figure
from tests.chaos.fleet import fleet
from tests.chaos.people import ByTelegram
from tests.journeys.waiting import until

LIMIT_SECONDS = 2


async def run(folder, times, *, judged):
    """Kill `serve` with work in hand and start it again; return the figures, `judged` or only told."""
    url = f"sqlite:///{folder}/yorisoi.db"
    async with fleet(folder, url, webs=0, workers=0) as (product, provider):
        [link] = [
            way["url"] for way in await product.json("invite", "--open") if way["channel"] == "telegram"
        ]
        waits, leased = [], 0
        for number in range(times):
            seconds, held = await _once(product, provider, link, 8500 + 20 * number)
            waits.append(seconds)
            leased += held
        return [
            Figure("restarts after a kill", times, 1, least=True),
            Figure("messages that the dead process held", leased, 1, least=True),
            Figure("seconds from start to the first useful work, median", statistics.median(waits),
                   LIMIT_SECONDS if judged else None),
        ]  # fmt: skip


async def _once(product, provider, link, first):
    """Return the seconds from the start to the first message that the provider took, and what was held."""
    chats = list(range(first, first + 12))
    people = [ByTelegram(provider, chat) for chat in chats]
    for chat in chats:
        await provider.faults("hang", channel="telegram", method="sendMessage", recipient=chat)
    for person in people:
        await person.arrives(link)

    async def hanging():
        ledger = await provider.ledger(channel="telegram", method="sendMessage", verdict="hang")
        return {line["recipient"] for line in ledger} >= {str(chat) for chat in chats[:6]}

    await until(hanging, "messages were in hand")
    await product.kill()
    await provider.calm()
    held = await _held(product)
    taken = len(await provider.ledger(channel="telegram", method="sendMessage", accepted=True))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    starting = asyncio.create_task(product.start())
    await provider.wait_for(count=taken + 1, seconds=60, method="sendMessage", accepted=True)
    seconds = loop.time() - begun
    await starting
    for person in people:
        await person.is_asked()
    return seconds, held


async def _held(product):
    export = await product.export()
    return len([row for row in export["sends"] if row["state"] == "sending"])
