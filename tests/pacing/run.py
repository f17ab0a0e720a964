"""One run: a queue that never runs dry while one conversation floods it, then others who want to be heard."""

import asyncio
import json
import sys
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time, time

from handlers.core.values import ChannelKind
from tests.fakes.provider.client import FakeProvider
from tests.pacing.house import House, connected, opened, settle_in

LIMITS = {ChannelKind.TELEGRAM: 30, ChannelKind.WHATSAPP: 80}
EACH = {ChannelKind.TELEGRAM: 4, ChannelKind.WHATSAPP: 5}
"""How many messages wait for each person: a pair at WhatsApp may have few in a minute."""
WARM_UP = 1.0
SENDS = {ChannelKind.TELEGRAM: "sendMessage", ChannelKind.WHATSAPP: "messages"}
TAIL = 20.0
PAUSE = 1.5
"""Between the halves: the second sender doesn't know what the first sent a moment ago."""
FLOOD = 60
CALM = 0.5
"""Which part of the limit the others use in the second half, when nobody but the flooded may wait."""


@dataclass(frozen=True)
class Found:
    """What one run showed. `waits` are those of the others while one conversation is flooded, in seconds.

    `cost` is what one message takes of our process, storage and HTTP included, in milliseconds.
    """

    rate: float
    refused: int
    disordered: int
    doubled: int
    crowded: int
    waits: list[float]
    cost: float

    @property
    def longest(self) -> float:
        return max(self.waits, default=0.0)


async def run(url: str, folder: Path, kind: ChannelKind, *, seconds: float, pace: float) -> Found:
    """Send for `seconds` at full load, and half as long at half the load."""
    ledger = folder / "ledger.jsonl"
    provider = await FakeProvider.start(ledger)
    try:
        await _limited(provider, kind)
        async with (
            opened(url, folder / "files", kind, provider) as house,
            connected(kind, provider) as channel,
        ):
            await settle_in(house, int(LIMITS[kind] * pace * (seconds + 2 * WARM_UP) / EACH[kind]) + 2)
            await _fill(house, EACH[kind])
            async with _sending(house, channel, pace):
                await asyncio.sleep(WARM_UP)
                started, before = time(), process_time()
                await asyncio.sleep(seconds)
                used = process_time() - before
            await asyncio.sleep(PAUSE)
            queued_at = await _calm(house, channel, pace, seconds / 2)
    finally:
        await provider.stop()
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    sends = [line for line in lines if line["method"] == SENDS[kind]]
    for line in sends:
        if not line["accepted"]:
            where = f"{line['t'] - started:.2f} s after the start, {_spaced(sends, line)}"
            sys.stderr.write(f"refused: {line['outbox']} {line.get('error', '')} {where}\n")
    return _judged(sends, queued_at, started, seconds, used)


async def _limited(provider: FakeProvider, kind: ChannelKind) -> None:
    if kind is ChannelKind.TELEGRAM:
        await provider.limits(on=True)
    else:
        await provider.connect_whatsapp()
        await provider.whatsapp("delivery", statuses=[])
        await provider.whatsapp("limits", on=True)


async def _fill(house: House, each: int) -> None:
    """Flood the first conversation, then let messages wait for everybody else, one round after the other."""
    await house.queue(0, *(f"0-{n:04d}" for n in range(FLOOD)))
    for person in range(1, len(house.people)):
        await house.queue(person, *(f"{person}-{n:04d}" for n in range(each)))


@asynccontextmanager
async def _sending(house: House, channel: object, pace: float):
    sender, wake = house.sender(channel, pace)
    task = asyncio.create_task(sender.run())
    wake.ring()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _calm(house: House, channel: object, pace: float, seconds: float) -> dict[str, float]:
    """Empty the queue but for the flood, then queue messages one by one; return when each was."""
    await house.drop_all_but(0)
    queued_at, chance, gap = {}, Random(11), 1 / (LIMITS[house.kind] * pace * CALM)
    async with _sending(house, channel, pace):
        for n in range(int(seconds / gap)):
            name, person = f"calm-{n:05d}", 1 + n % (len(house.people) - 1)
            queued_at[name] = time()
            await house.queue(person, name)
            await asyncio.sleep(max(0.0, queued_at[name] + gap * chance.uniform(0.5, 1.5) - time()))
        for left in await house.sent(queued_at, seconds=TAIL):
            sys.stderr.write(f"not sent: {left}\n")
    return queued_at


def _judged(
    sends: list[dict], queued_at: dict[str, float], started: float, seconds: float, used: float
) -> Found:
    taken = [line for line in sends if line["accepted"]]
    within = [line for line in taken if started <= line["t"] < started + seconds]
    heard = defaultdict(list)
    for line in taken:
        heard[line["recipient"]].append(line["outbox"])
    waits = [line["t"] - queued_at[line["outbox"]] for line in taken if line["outbox"] in queued_at]
    waits += [seconds] * (len(queued_at) - len(waits))
    return Found(
        rate=len(within) / seconds,
        refused=len(sends) - len(taken),
        disordered=sum(later < earlier for names in heard.values() for earlier, later in pairwise(names)),
        doubled=sum(Counter(line["outbox"] for line in taken).values())
        - len({line["outbox"] for line in taken}),
        crowded=_crowded(taken, within),
        waits=sorted(waits),
        cost=1000 * used / max(len(within), 1),
    )


def _spaced(sends: list[dict], refused: dict) -> str:
    """Tell how full the second before was, and how long ago the same conversation was written to."""
    before = [line["t"] for line in sends if line["accepted"] and line["t"] <= refused["t"]]
    mine = [
        line["t"]
        for line in sends
        if line["accepted"] and line["t"] <= refused["t"] and line["recipient"] == refused["recipient"]
    ]
    ago = f"{refused['t'] - mine[-1]:.3f} s" if mine else "never"
    return f"{sum(t > refused['t'] - 1 for t in before)} in the second before, this conversation {ago} before"


def _crowded(taken: list[dict], within: list[dict]) -> int:
    """Return how many whole seconds at full load held nothing for those behind the flood."""
    flooded = next((line["recipient"] for line in taken if line["outbox"].startswith("0-")), "")
    moments = [line["t"] for line in within if line["recipient"] != flooded]
    return sum(later - earlier > 1 for earlier, later in pairwise(moments))
