"""What each session was lately written down to have read: a page that asks again is one line an hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from handlers.core.changes import Audit

LASTS: Final = timedelta(hours=1)
_MOST: Final = 20_000
"""Lines kept in mind at once. What is forgotten early, or by a restart, is one line more, never one less."""


class Lately:
    """Remembers lines of the record by the session that they were about, for an hour."""

    def __init__(self, now_system: Callable[[], datetime]) -> None:
        """Take the system's clock: a demo's jump forgets nothing."""
        self._now = now_system
        self._written: dict[tuple[str, str, str], datetime] = {}

    def keep(self, session: str, act: Audit) -> None:
        """Remember that a session's act was written down now."""
        place, now = (session, act.action, act.subject), self._now()
        self._written.pop(place, None)
        self._written[place] = now
        while len(self._written) > _MOST or now - next(iter(self._written.values())) > LASTS:
            del self._written[next(iter(self._written))]

    def knows(self, session: str, action: str, subject: str) -> bool:
        """Say whether this was written down of the session within the hour."""
        written = self._written.get((session, action, subject))
        return written is not None and self._now() - written <= LASTS
