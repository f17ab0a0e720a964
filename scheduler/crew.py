"""A bounded number of tasks side by side, of which none stops another."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

from scheduler.loop import fault

log = logging.getLogger(__name__)

GRACE: Final = timedelta(seconds=8)


class Crew:
    """Runs at most `size` tasks at once and calls `on_done` after each."""

    def __init__(self, size: int, on_done: Callable[[], None]) -> None:
        self._size = size
        self._on_done = on_done
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """Return how many more tasks may be started now."""
        return self._size - len(self._tasks)

    @property
    def is_idle(self) -> bool:
        """Say whether nothing runs."""
        return not self._tasks

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the others; what it raises is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    async def drain(self) -> None:
        """Wait until all that was started is done."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self, grace: timedelta = GRACE) -> None:
        """Let running tasks end within `grace`, then cancel the rest."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=grace.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _finish(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task failed", extra={"fault": fault(error)})
        self._on_done()
