"""A count that takes longer than a page may: it runs beside, is kept for a while, and tells how far it is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from storage.views.cohort import Progress

T = TypeVar("T")

PATIENCE_SECONDS: Final = 1.5
"""So long a page waits for a count before it shows how far it is."""
FRESH: Final = timedelta(minutes=10)
"""So long a count is shown again without counting anew."""


class Counting(Generic[T]):
    """One clinic's count. However many ask, it runs once."""

    def __init__(
        self,
        count: Callable[[Progress], Awaitable[T]],
        now: Callable[[], datetime],
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Take what counts, the system's clock, and how many seconds a page waits."""
        self._count, self._now, self._patience = count, now, patience
        self._task: asyncio.Task[T] | None = None
        self._begun: datetime | None = None
        self.progress = Progress()

    async def look(self) -> T | None:
        """Return the count, None while it is under way; raise what counting raised, and count anew then."""
        if self._task is None or (self._task.done() and self._is_stale()):
            self.progress = Progress()
            self._begun = self._now()
            self._task = asyncio.ensure_future(self._count(self.progress))
        task = self._task
        await asyncio.wait({task}, timeout=self._patience)
        if not task.done():
            return None
        if task.exception() is not None:
            self._task = None
        return task.result()

    def _is_stale(self) -> bool:
        return self._begun is None or self._now() - self._begun > FRESH
