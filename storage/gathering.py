"""Deliveries that come in at the same moment share a transaction: one commit acknowledges them all.

A commit waits for the disk, whatever it holds. What arrives meanwhile goes together in the next one, so
that a busy minute costs hardly more commits than a quiet one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.errors import StorageAway

Rows = Sequence[dict[str, Any]]
Write = Callable[[Sequence[Rows]], Awaitable[Sequence[int]]]

MOST: Final = 256
"""How many rows share a transaction at most; a delivery that is larger still stays whole."""


@dataclass(slots=True)
class _Waiting:
    rows: Rows
    outcome: "asyncio.Future[int]"


class Gatherer:
    """Hands deliveries to `write` in groups, in the order in which they came; each hears its own outcome.

    `write` stores a group in one transaction and returns one number for each of its deliveries.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def add(self, rows: Rows) -> int:
        """Return what `write` says of these rows, once they are committed; raise what it raised."""
        waiting = _Waiting(rows, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await waiting.outcome

    async def _write_all(self) -> None:
        while self._waiting:
            await self._write_together(self._next_group())

    def _next_group(self) -> list[_Waiting]:
        group = [self._waiting.popleft()]
        size = len(group[0].rows)
        while self._waiting and size + len(self._waiting[0].rows) <= MOST:
            group.append(self._waiting.popleft())
            size += len(group[-1].rows)
        return group

    async def _write_together(self, group: list[_Waiting]) -> None:
        try:
            counts = await self._write([one.rows for one in group])
        except StorageAway as away:
            for one in group:
                _fail(one, StorageAway(away.code, passes=away.passes))
        except Exception as error:  # noqa: BLE001  it belongs to whoever brought the row
            if len(group) == 1:
                _fail(group[0], error)
                return
            # One of them cannot be stored: it must not cost its neighbours anything.
            for one in group:
                await self._write_together([one])
        else:
            for one, new in zip(group, counts, strict=True):
                if not one.outcome.done():
                    one.outcome.set_result(new)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.outcome.done():
        waiting.outcome.set_exception(error)
