"""How often a page may do what: guesses, messages, new conversations, e-mails, copies of data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from bot.channels.web.quota import Quota
from bot.web_guard import Brake
from handlers.core.day_limit import USUAL, DayLimit


@dataclass(frozen=True, slots=True)
class Brakes:
    """The limits of one process."""

    birth_dates: Brake
    messages: Brake
    newcomers: Brake
    emails: Brake
    copies: Brake
    files: Quota

    @classmethod
    def usual(cls, now_system: Callable[[], datetime], day_limit: DayLimit = USUAL) -> Self:
        """Return the usual limits; `day_limit` is for the files of one page."""
        return cls(
            birth_dates=Brake(5, timedelta(days=1), now_system),
            messages=Brake(60, timedelta(minutes=1), now_system),
            newcomers=Brake(60, timedelta(minutes=1), now_system),
            emails=Brake(5, timedelta(hours=1), now_system),
            copies=Brake(20, timedelta(hours=1), now_system),
            files=Quota(day_limit, now_system),
        )
