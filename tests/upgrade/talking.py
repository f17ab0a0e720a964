"""People who talk with an installation whose clock stands still; runs on old code too (`make`)."""

from datetime import timedelta

from bot.channels.web.raw import Item, pack, parse
from handlers.core.events import Chose, Said, Started
from handlers.core.values import ChannelKind, ClinicId
from handlers.due import Due
from handlers.inbound import Inbound
from handlers.ports import Incoming
from handlers.treatment import Treatment

CLINIC = ClinicId("default")
ACCOUNT = "main"
LEASE = timedelta(seconds=60)


class Installation:
    """The stores and what decisions stand on, without processes: every step is taken by hand."""

    def __init__(self, stores, around, clock, ids):
        self.stores = stores
        self.around = around
        self.clock = clock
        self.ids = ids
        self.inbound = Inbound(stores.uow, around.world, {ChannelKind.WEB: parse}, ids, clock.now)
        self.due = Due(stores.uow, around.world)
        self.treatment = Treatment(stores.uow, around.world)
        self.heard = {}

    def later(self, **by):
        """Let time pass."""
        self.clock.time += timedelta(**by)

    async def bring(self, address, what):
        """Put something that a person did into the inbox."""
        now = self.clock.now()
        item = Item(self.ids.new(), now, what)
        incoming = Incoming(CLINIC, ChannelKind.WEB, ACCOUNT, item.id, address, pack(item), now)
        await self.stores.inbox.add([incoming], now=now)

    async def read(self):
        """Work off what lies in the inbox."""
        while rows := await self.stores.inbox.claim(now_system=self.clock.now(), lease=LEASE, limit=10):
            for row in rows:
                await self.inbound.take(row)

    async def claim(self):
        """Take what is due to be sent."""
        now = self.clock.now()
        return await self.stores.outbox.claim(
            CLINIC, ChannelKind.WEB, ACCOUNT, now=now, now_system=now, lease=LEASE, limit=20
        )

    async def deliver(self):
        """Send what is due; return the ids of what was sent."""
        sent = []
        while rows := await self.claim():
            for row in rows:
                self.heard.setdefault(row.point.address, []).append(row.body)
                await self.stores.outbox.settle_sent(row, f"p-{row.id}", now=self.clock.now())
                sent.append(row)
        return sent

    async def start_due(self):
        """Look at every check-in that is due; return how many there were."""
        now = self.clock.now()
        claimed = await self.stores.follow_ups.claim(now=now, now_system=now, lease=LEASE, limit=20)
        for one in claimed:
            await self.due.start(one)
        return len(claimed)

    async def does(self, address, *steps):
        """Say (a step that begins with "=") or tap each step, and hear what follows."""
        for step in steps:
            self.later(seconds=10)
            await self.bring(address, Said(step[1:]) if step.startswith("=") else self._tap(address, step))
            await self.read()
            await self.deliver()

    async def starts(self, address):
        """Press Start."""
        await self.bring(address, Started(language="en"))
        await self.read()
        await self.deliver()

    def labels(self, address):
        """Return the labels under the newest message."""
        body = self.heard[address][-1]
        return [button.label for button in (*body.choices, *body.keys)]

    def _tap(self, address, label):
        for body in reversed(self.heard.get(address, [])):
            for button in (*body.choices, *body.keys):
                if button.label == label:
                    return Chose(button.data)
        raise AssertionError(f"no button {label!r}; last: {self.heard[address][-1]}")
