"""The red bar at the top of every page: the alerts that nobody has taken yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from handlers.core.changes import Level
from storage.views.alerting import AlertView

SHOWN: Final = 5
"""So many alerts stand in the bar; the page has them all."""


@dataclass(frozen=True, slots=True)
class AlarmBar:
    """What the bar shows. `mark` changes with it, so that a page that shows it already is left alone."""

    alerts: tuple[AlertView, ...] = ()
    is_clinical: bool = False
    """Whether the reader may see what kind of sign it is: administrators see how urgent it is."""

    @property
    def shown(self) -> Sequence[AlertView]:
        """Return the first few."""
        return self.alerts[:SHOWN]

    @property
    def more(self) -> int:
        """Return how many others there are."""
        return max(0, len(self.alerts) - SHOWN)

    @property
    def mark(self) -> str:
        """Return a short digest of what is shown."""
        told = ",".join(f"{one.id}:{one.level}:{self.is_untold(one)}" for one in self.alerts)
        return sha256(told.encode()).hexdigest()[:12] if told else ""

    def level(self, alert: AlertView) -> Level:
        """Return the level as the reader may see it."""
        if self.is_clinical or alert.level is Level.ORANGE:
            return alert.level
        return Level.RED

    def is_untold(self, alert: AlertView) -> bool:
        """Say whether nobody could be told outside the console."""
        return not alert.told and alert.failed > 0


NO_ALARM: Final = AlarmBar()
