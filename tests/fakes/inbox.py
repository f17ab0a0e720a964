"""An inbox in memory that keeps its promise: new rows of a delivery all at once, unique by key."""

import asyncio


class DatabaseDown(Exception):
    """What a database that is away raises."""


class FakeInbox:
    """Implements the adding half of `ports.Inbox`; the next `faults` are raised instead of storing.

    A fault given as `(fault, "after")` comes after the commit: stored, but the caller never hears it.
    """

    def __init__(self, faults=()):
        self.faults = list(faults)
        self.deliveries = []
        self._grown = asyncio.Condition()

    @property
    def rows(self):
        return [row for delivery in self.deliveries for row in delivery]

    async def holds(self, count, seconds=10):
        """Return the rows as soon as there are `count`; fail when the time is over."""
        async with asyncio.timeout(seconds), self._grown:
            await self._grown.wait_for(lambda: len(self.rows) >= count)
        return self.rows

    async def add(self, items, *, now):
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        known = {row.dedupe_key for row in self.rows}
        new = [item for item in items if item.dedupe_key not in known]
        self.deliveries.append(new)
        async with self._grown:
            self._grown.notify_all()
        if fault:
            raise fault[0]
        return len(new)


class StillClock:
    """Business time that stands still."""

    def __init__(self, moment):
        self.moment = moment

    def now(self):
        return self.moment

    async def sleep_until(self, moment):
        self.moment = moment
