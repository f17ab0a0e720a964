"""While an answer is being worked on, the patient sees that we have read and are writing.

It is a kindness and nothing more: it goes beside the work, never before it; whatever becomes of it is
nobody's business; and where too many come at once, some go without it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channels.loose_json import identity, load, mapping, text
from bot.channels.whatsapp.items import Kind, unpack
from handlers.core.values import ChannelKind
from handlers.ports import InboxRow

log = logging.getLogger(__name__)

MOST_A_SECOND: Final = 20
"""So many at most, beside the 80 messages a second that the number may send."""
MOST_AT_ONCE: Final = 4
_SECOND: Final = timedelta(seconds=1)
_SILENT: Final = frozenset({"reaction", "system", "edit", "revoke", "unsupported", "request_welcome"})
"""What nobody expects an answer to."""


class Typing:
    """Shows "read" and "typing" at most so often; `show` is told the message's id and may raise."""

    def __init__(self, show: Callable[[str], Awaitable[None]], now_system: Callable[[], datetime]) -> None:
        self._show = show
        self._now = now_system
        self._begun: deque[datetime] = deque(maxlen=MOST_A_SECOND)
        self._tasks: set[asyncio.Task[None]] = set()

    def notice(self, row: InboxRow) -> None:
        """Begin to show it for a row that is worked on for the first time; returns at once."""
        if row.channel is not ChannelKind.WHATSAPP or row.attempts > 1:
            return
        message, now = message_in(row.raw), self._now()
        if not message or len(self._tasks) >= MOST_AT_ONCE or self._is_crowded(now):
            return
        self._begun.append(now)
        task = asyncio.create_task(self._try(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_crowded(self, now: datetime) -> bool:
        return len(self._begun) == MOST_A_SECOND and now - self._begun[0] < _SECOND

    async def _try(self, message: str) -> None:
        try:
            await self._show(message)
        except Exception as error:  # noqa: BLE001  nothing may come of it
            log.debug("not marked as read: %s", type(error).__name__)


def message_in(raw: bytes) -> str:
    """Return the id of the message in an inbox item that somebody waits for an answer to, or ""."""
    item = unpack(load(raw))
    content = mapping(item.content)
    is_silent = text(content.get("type")) in _SILENT or content.get("group_id")
    return "" if item.kind is not Kind.MESSAGE or is_silent else identity(content.get("id"))
