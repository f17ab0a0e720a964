"""How a service stands, as the console shows it."""

from dataclasses import dataclass
from typing import Final

from bot.clinics import MAIN
from bot.template_watch import Warned
from handlers.core.tiers import UNLIMITED, usable
from storage.daily_people import Usage

_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class WhatsAppStanding:
    """How one number of WhatsApp stands: `content` is link or full."""

    content: str
    usage: Usage
    warned: tuple[Warned, ...] = ()
    name: str = MAIN
    """What the account is called."""

    @property
    def is_limited(self) -> bool:
        """Say whether there is a limit of people a day at all."""
        return self.usage.limit < UNLIMITED

    @property
    def percent(self) -> int:
        """Return how full the day is, those that wait for their opening counted."""
        taken = self.usage.used + self.usage.waiting
        return min(_WHOLE, round(_WHOLE * taken / usable(self.usage.limit)))
