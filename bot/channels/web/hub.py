"""Open pages: who looks at a conversation right now, and how they are woken."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

LINGER: Final = timedelta(seconds=60)
"""A page that closed this recently still counts as open: it reloads, or takes a photo."""

_MOST_KEPT: Final = 10_000


class Watch:
    """One open page's bell."""

    def __init__(self) -> None:
        """Begin silent."""
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Wake the page."""
        self._bell.set()

    async def wait(self, seconds: float) -> bool:
        """Return True when rung within `seconds`, else False; the bell is silent again afterwards."""
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return False
        self._bell.clear()
        return True


class Hub:
    """The open pages of this process, by address."""

    def __init__(self, now_system: Callable[[], datetime]) -> None:
        """Begin with no page open."""
        self._now = now_system
        self._watches: dict[str, set[Watch]] = {}
        self._left: dict[str, datetime] = {}
        self._opened = asyncio.Event()
        self._desks: set[Watch] = set()
        self.closing = False

    @contextmanager
    def watch(self, address: str) -> Iterator[Watch]:
        """Count a page as open while the block runs."""
        watch = Watch()
        self._watches.setdefault(address, set()).add(watch)
        self._opened.set()
        try:
            yield watch
        finally:
            self._leave(address, watch)

    @contextmanager
    def watch_desk(self) -> Iterator[Watch]:
        """Give a page of staff a bell while the block runs: it belongs to no conversation."""
        watch = Watch()
        self._desks.add(watch)
        try:
            yield watch
        finally:
            self._desks.discard(watch)

    def is_open(self, address: str) -> bool:
        """Say whether somebody looks at this conversation, or did a moment ago."""
        if address in self._watches:
            return True
        left = self._left.get(address)
        return left is not None and self._now() - left < LINGER

    async def opened(self, seconds: float) -> None:
        """Return when a page has been opened since the last call, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._opened.wait()
        self._opened.clear()

    def recent(self, within: timedelta) -> set[str]:
        """Return whose pages are open in this process, or were `within` this time."""
        now = self._now()
        return set(self._watches) | {who for who, left in self._left.items() if now - left < within}

    def wake(self, address: str) -> None:
        """Wake the pages of one conversation."""
        for watch in self._watches.get(address, ()):
            watch.ring()

    def wake_all(self) -> None:
        """Wake every page: something was committed, here or in another process."""
        for watches in self._watches.values():
            for watch in watches:
                watch.ring()
        self.wake_desks()

    def wake_desks(self) -> None:
        """Wake the pages of staff: something was committed."""
        for watch in self._desks:
            watch.ring()

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self.closing = True
        self.wake_all()

    def _leave(self, address: str, watch: Watch) -> None:
        watches = self._watches[address]
        watches.discard(watch)
        if watches:
            return
        del self._watches[address]
        self._left.pop(address, None)
        self._left[address] = self._now()
        if len(self._left) > _MOST_KEPT:
            del self._left[next(iter(self._left))]
