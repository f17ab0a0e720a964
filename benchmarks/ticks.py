"""One tick of the scheduler over few and over very many pending check-ins, beside APScheduler's.

A tick is what a worker does when its bell rings: claim what is due, and look when to wake next.
What it claims is then opened, queued and handed to a channel, until everything due has arrived.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.apscheduler_store import STARTED, Ticked
from benchmarks.clinic import ACCOUNT, LEASE, opened
from benchmarks.figures import Figure, Findings, median_ratio
from benchmarks.load import MINUTE, NOON, Load, load
from bot.channels.memory import MemoryChannel
from bot.clock import system_now
from bot.foundation import Foundation
from handlers.core.messages import Body
from handlers.core.values import ChannelKind
from handlers.due import Due
from handlers.ports import ClaimedFollowUp, FollowUps
from scheduler.clocks import Clocks
from scheduler.follow_ups import FollowUpCases, FollowUpWorker
from scheduler.outbox import Account, SendCases, Sender
from scheduler.wake import Wake

LIMIT = 1.5
DUE = 32
SMALL = 10_000
MILLION = 1_000_000
_IDLE = 20
"""Idle ticks in one block: each takes a fraction of a millisecond."""


@dataclass
class Minutes:
    """Business time that moves when told."""

    time: datetime = NOON

    def now(self) -> datetime:
        """Return the present."""
        return self.time

    async def sleep_until(self, moment: datetime) -> None:
        """Be there at once."""
        self.time = max(self.time, moment)


@dataclass
class Timed:
    """The store of check-ins with a watch: `seconds` is what its last claim took."""

    inner: FollowUps
    seconds: float = 0.0

    async def claim(
        self, *, now: datetime, now_system: datetime, lease: timedelta, limit: int
    ) -> list[ClaimedFollowUp]:
        """Claim, and note how long it took."""
        started = perf_counter()
        claimed = await self.inner.claim(now=now, now_system=now_system, lease=lease, limit=limit)
        self.seconds = perf_counter() - started
        return claimed

    async def give_back(self, claimed: ClaimedFollowUp) -> bool:
        """Pass it on."""
        return await self.inner.give_back(claimed)

    async def next_due(self) -> datetime | None:
        """Pass it on."""
        return await self.inner.next_due()


@dataclass
class Desk:
    """A clinic with its follow-up worker and its sender, driven by hand."""

    clock: Minutes
    store: Timed
    worker: FollowUpWorker
    sender: Sender
    sent: list[Body]

    async def idle(self) -> float:
        """Tick while nothing is due; return the seconds of one tick."""
        started = perf_counter()
        for _ in range(_IDLE):
            await self.store.claim(now=self.clock.now(), now_system=system_now(), lease=LEASE, limit=DUE)
            await self.store.next_due()
        return (perf_counter() - started) / _IDLE

    async def due(self) -> tuple[float, float]:
        """Let a minute pass, tick and send; return the seconds of the tick and of everything."""
        self.clock.time += MINUTE
        goal = len(self.sent) + DUE
        started = perf_counter()
        await self.worker.run_once()
        tick, looking = self.store.seconds, perf_counter()
        await self.store.next_due()
        tick += perf_counter() - looking
        while await self.sender.run_once():
            pass
        if len(self.sent) != goal:
            raise RuntimeError(f"{goal} check-ins should have been sent by now, not {len(self.sent)}")
        return tick, perf_counter() - started


@dataclass
class Side:
    """What ticks over one number of pending check-ins took, block by block."""

    idle: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many check-ins are pending on the two sides, and how many blocks are measured."""

    few: int
    many: int
    rounds: int


async def run(scale: float) -> Findings:
    """Measure over ten thousand and over a million (times `scale`, but at least twice as many as few)."""
    return await measure(Sizes(SMALL, max(2 * SMALL, round(MILLION * scale)), max(20, round(40 * scale))))


async def measure(sizes: Sizes) -> Findings:
    """Measure at these sizes."""
    with TemporaryDirectory(prefix="yorisoi-bench-") as folder:
        ours = await _ours(Path(folder), sizes)
        theirs = _theirs(Path(folder), sizes)
    few, many = f"{sizes.few:,}", f"{sizes.many:,}"
    return Findings(
        f"one tick with {few} and with {many} pending",
        f"{sizes.rounds} blocks of {_IDLE} idle ticks and one with {DUE} due;"
        f" all {sizes.rounds * DUE} were sent on each side",
        (
            Figure(f"nothing due: {many} / {few}", median_ratio(ours[1].idle, ours[0].idle), LIMIT),
            Figure(f"{DUE} due: {many} / {few}", median_ratio(ours[1].due, ours[0].due), LIMIT),
            Figure(f"{DUE} due, until sent: {many} / {few}", median_ratio(ours[1].sent, ours[0].sent)),
            *_beside(few, ours[0], theirs[0]),
            *_beside(many, ours[1], theirs[1]),
        ),
    )


def _beside(size: str, ours: Side, theirs: Side) -> tuple[Figure, Figure]:
    return (
        Figure(f"nothing due, {size}: APScheduler / ours", median_ratio(theirs.idle, ours.idle)),
        Figure(f"{DUE} due, {size}: APScheduler / ours", median_ratio(theirs.due, ours.due)),
    )


async def _ours(folder: Path, sizes: Sizes) -> tuple[Side, Side]:
    sides = Side(), Side()
    async with (
        _desk(folder / "few.db", sizes.few, sizes.rounds) as few,
        _desk(folder / "many.db", sizes.many, sizes.rounds) as many,
    ):
        for _ in range(sizes.rounds):
            for side, desk in zip(sides, (few, many), strict=True):
                side.idle.append(await desk.idle())
                tick, sent = await desk.due()
                side.due.append(tick)
                side.sent.append(sent)
    return sides


def _theirs(folder: Path, sizes: Sizes) -> tuple[Side, Side]:
    sides = Side(), Side()
    schedulers = Ticked(folder / "their-few.db"), Ticked(folder / "their-many.db")
    for scheduler, size in zip(schedulers, (sizes.few, sizes.many), strict=True):
        scheduler.fill(size)
    for number in range(sizes.rounds):
        for side, scheduler in zip(sides, schedulers, strict=True):
            side.idle.append(sum(scheduler.tick() for _ in range(_IDLE)) / _IDLE)
            scheduler.make_due([f"due-{number}-{each}" for each in range(DUE)])
            STARTED.clear()
            side.due.append(scheduler.tick())
            if len(STARTED) != DUE:
                raise RuntimeError(f"{DUE} jobs should have run, not {len(STARTED)}")
    for scheduler in schedulers:
        scheduler.shutdown()
    return sides


@asynccontextmanager
async def _desk(path: Path, pending: int, rounds: int) -> AsyncIterator[Desk]:
    async with opened(path) as base:
        await load(base.stores, Load(pending, rounds, DUE))
        yield _wired(base)


def _wired(base: Foundation) -> Desk:
    clock, sent = Minutes(), []  # type: tuple[Minutes, list[Body]]
    clocks = Clocks(clock, system_now, base.clocks.sleep, random.random)
    due = Due(base.stores.uow, replace(base.around, clock=clock).world)
    store = Timed(base.stores.follow_ups)
    account = Account(ACCOUNT.clinic, ChannelKind.TERMINAL, ACCOUNT.name, MemoryChannel(sent.append))
    return Desk(
        clock,
        store,
        FollowUpWorker(store, FollowUpCases(due.start, due.give_up), Wake(), clocks),
        Sender(account, base.stores.outbox, SendCases(_refused, due.lost), Wake(), clocks),
        sent,
    )


async def _refused(account: Account, code: str) -> None:
    if code:
        raise RuntimeError(f"{account.name} was refused: {code}")
