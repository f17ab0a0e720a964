"""An event loop whose time jumps: it never waits, and the order of what is ready is drawn by seed."""

import asyncio
import heapq
import selectors
from contextvars import Context, ContextVar
from datetime import UTC, datetime, timedelta

START = datetime(2027, 1, 4, tzinfo=UTC)
"""When every simulation begins: the month ends, DST and leap-free February of a common year lie ahead."""

OWNER = ContextVar("OWNER", default=None)
"""The simulated process whose step runs now; None for the world outside the product."""

OUTSIDE = Context()
"""The context of everything that no process of the product does."""

_TICK = 1e-6
_MANY = 1_000
_ENDLESS = 3_000_000


class Stuck(RuntimeError):
    """Nothing is ready and nobody sleeps: the simulation can never go on."""


class _NoSelector(selectors.SelectSelector):
    """A selector that is never asked: nothing here comes from outside."""

    def select(self, timeout=None):
        raise AssertionError("the simulation waits for nothing outside it")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs callbacks in a drawn order; steps of stopped processes wait, those of dead ones never run."""

    def __init__(self, rng=None):
        super().__init__(_NoSelector())
        self._rng = rng
        self._virtual = 0.0
        self.faults = []
        self.steps = 0
        self._steps_before = 0
        self._last = 0.0
        self.set_exception_handler(self._note)

    def time(self):
        """Return seconds since START."""
        return self._virtual

    def now(self):
        """Return the true time of the simulated world."""
        return START + timedelta(seconds=self._virtual)

    def at(self, moment, callback, *args, context=None):
        """Call `callback` at a moment of the simulated world."""
        return self.call_at((moment - START).total_seconds(), callback, *args, context=context)

    def _note(self, _, context):
        if "was destroyed but it is pending" not in context["message"]:
            self.faults.append(context.get("exception") or context["message"])

    def _run_once(self):
        self._drop_cancelled()
        ready, scheduled = self._ready, self._scheduled
        if not ready and not self._stopping:
            if not scheduled:
                raise Stuck("everybody waits and nobody sleeps")
            self._virtual = max(self._virtual, scheduled[0]._when)
            if self._virtual > self._last + 1:
                self._last, self._steps_before = self._virtual, self.steps
        end = self._virtual + _TICK
        while scheduled and scheduled[0]._when <= end:
            handle = heapq.heappop(scheduled)
            handle._scheduled = False
            ready.append(handle)
        batch = list(ready)
        ready.clear()
        if self._rng is not None and len(batch) > 1:
            self._rng.shuffle(batch)
        self.steps += len(batch)
        if self.steps - self._steps_before > _ENDLESS:
            raise Stuck(f"{_ENDLESS} steps and no time passes: {batch[:3]}")
        for handle in batch:
            if handle._cancelled:
                continue
            owner = handle._context.get(OWNER)
            if owner is None or owner.runs:
                handle._run()
            else:
                owner.put_aside(handle)

    def _drop_cancelled(self):
        scheduled = self._scheduled
        if self._timer_cancelled_count > _MANY and self._timer_cancelled_count * 2 > len(scheduled):
            kept = [handle for handle in scheduled if not handle._cancelled]
            heapq.heapify(kept)
            self._scheduled = kept
            self._timer_cancelled_count = 0
            scheduled = kept
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
            self._timer_cancelled_count -= 1
