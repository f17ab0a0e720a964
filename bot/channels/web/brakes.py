"""How often a page may do what: guesses, messages, new conversations, e-mails, copies of data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from bot.web_guard import Brake


@dataclass(frozen=True, slots=True)
class Brakes:
    """The limits of one process."""

    birth_dates: Brake
    messages: Brake
    newcomers: Brake
    emails: Brake
    copies: Brake

    @classmethod
    def usual(cls, now_system: Callable[[], datetime]) -> Self:
        """Return the usual limits."""
        return cls(
            birth_dates=Brake(5, timedelta(days=1), now_system),
            messages=Brake(60, timedelta(minutes=1), now_system),
            newcomers=Brake(60, timedelta(minutes=1), now_system),
            emails=Brake(5, timedelta(hours=1), now_system),
            copies=Brake(20, timedelta(hours=1), now_system),
        )
