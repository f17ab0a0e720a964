"""A simulated process of the product: the real workers, over stores of its own, in a context of its own.

Killed, none of its tasks ever takes another step; stopped, they wait until it is woken.
"""

import asyncio
import random
from contextvars import Context
from dataclasses import replace
from datetime import timedelta
from weakref import WeakSet

from bot.courtesy import Courtesy
from bot.foundation import Foundation
from bot.held_watch import watch_held
from bot.present import Present
from bot.receiver import Receiver
from bot.workers import Switchboard, start_deciding, start_sending
from handlers.core.values import ChannelKind
from handlers.treatment import Treatment
from scheduler.clocks import Clocks
from scheduler.housekeeping import Chore, Housekeeping
from scheduler.outbox import Account
from scheduler.pacing import Rates
from storage.keys import Vault
from storage.stores import stores_of
from tests.simulation.loop import OWNER
from tests.simulation.ports import SimClock, SimIds
from tests.simulation.services import CLINIC, parse

CHANNELS = (ChannelKind.TELEGRAM, ChannelKind.WHATSAPP)
PARSERS = dict.fromkeys(CHANNELS, parse)
TICK = 10 * 86_400
"""The safety tick. A real one comes every 20 seconds; here the world rings 65 seconds after each fault."""

LOOK = timedelta(days=1)
"""How often it is looked at what is held: a real process does so at every tick."""


class Tasks:
    """What the wiring asks of a task group."""

    def __init__(self, loop):
        self._loop = loop

    def create_task(self, work, *, name=None):
        return self._loop.create_task(work, name=name)


class Process:
    """One process, or (as `Desk`) staff's console."""

    def __init__(self, world, number, name, *, mortal=True):
        self.number = number
        self.name = name
        self.mortal = mortal
        self.runs = True
        self.is_dead = False
        self.disturbed = []
        self.tasks = WeakSet()
        self._parked = []
        self._world = world
        self.context = Context()
        self.context.run(OWNER.set, self)
        self.context.run(self._open)

    def _open(self):
        world = self._world
        rng = random.Random(f"{world.faults.plan.seed}/{self.name}")
        skew = world.faults.skew() if self.mortal else timedelta(0)
        clock = SimClock(world.loop, self.number * 20 + world.starts % 20, skew)
        ids = SimIds(rng, clock)
        self.door = world.server.open(self)
        stores = stores_of(self.door, Vault(world.setting.master_key), world.setting.blobs)
        around = replace(world.setting.around, clock=clock, now_system=clock.now, ids=ids)
        clocks = Clocks(clock, clock.now, asyncio.sleep, rng.random)
        self.base = Foundation(
            world.setting.settings,
            stores,
            clocks,
            Present.of(around),
            ids,
            Courtesy(clocks.now_system),
        )
        self.receiver = Receiver(stores.inbox, clock)
        self.treatment = Treatment(stores.uow, around.world)
        self.board = Switchboard()

    def start(self):
        """Start the workers."""
        self.context.run(self._start)

    def _start(self):
        world, tasks = self._world, Tasks(self._world.loop)
        self.door.subscribe(self.board.ring)
        rates = None if world.faults.plan.careful else Rates()
        accounts = [Account(CLINIC, kind, "main", at, rates, at.probe) for kind, at in world.services.items()]
        start_deciding(tasks, self.base, self.board, PARSERS)
        start_sending(tasks, self.base, self.board, accounts)
        world.start_more(self, tasks, accounts)
        tasks.create_task(Housekeeping((self._day_keys(),), self.base.clocks).run())
        tasks.create_task(watch_held(self.base, LOOK).run())
        world.loop.call_later(TICK, self._tick)

    def ring(self):
        """Let every worker look for work: the safety tick, which APScheduler gives on a real clock."""
        for bell in self.board.all():
            bell.ring()

    def _tick(self):
        self.ring()
        self._world.loop.call_later(TICK, self._tick)

    def _day_keys(self):
        async def destroy():
            await self.base.stores.days.destroy_old(now=self.base.clock.now())

        return Chore("day-keys", timedelta(days=3), destroy)

    def put_aside(self, handle):
        """Keep a step for later, or for ever."""
        if not self.is_dead:
            self._parked.append(handle)

    def die(self):
        """Take no further step; keep what hangs, so that no `finally` of it ever runs."""
        self.runs, self.is_dead = False, True
        self._parked = list(self.tasks)
        self._world.server.shut(self.door)

    def freeze(self):
        """Take no step until woken."""
        self.runs = False

    def wake(self):
        """Go on."""
        if self.is_dead or self.runs:
            return
        self.runs = True
        parked, self._parked = self._parked, []
        self._world.loop._ready.extend(parked)
