"""How often a page may do what: guesses, messages, new conversations, e-mails, copies of data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self

from bot.channels.web.quota import Quota
from bot.web_guard import Brake
from handlers.core.day_limit import USUAL, DayLimit
from handlers.core.values import ContactPoint


class Tries(Protocol):
    """Counts tries at a secret, for all processes and over a restart."""

    async def allows(self, point: ContactPoint) -> bool:
        """Count a try of whoever stands at a contact point; False when it is one too many."""
        ...

    async def release(self, point: ContactPoint) -> None:
        """Forget their tries."""
        ...


@dataclass(frozen=True, slots=True)
class Brakes:
    """The limits: of guesses for all processes alike; those that keep the load down, of one process."""

    birth_dates: Tries
    messages: Brake
    newcomers: Brake
    emails: Brake
    copies: Brake
    files: Quota

    @classmethod
    def usual(
        cls, now_system: Callable[[], datetime], birth_dates: Tries, day_limit: DayLimit = USUAL
    ) -> Self:
        """Return the usual limits; `day_limit` is for the files of one page."""
        return cls(
            birth_dates=birth_dates,
            messages=Brake(60, timedelta(minutes=1), now_system),
            newcomers=Brake(60, timedelta(minutes=1), now_system),
            emails=Brake(5, timedelta(hours=1), now_system),
            copies=Brake(20, timedelta(hours=1), now_system),
            files=Quota(day_limit, now_system),
        )
