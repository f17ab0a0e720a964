"""The lists that a reader keeps, as they stand above patients."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.console.desk import Desk
from bot.console.render import Reader
from storage.saved_filters import SavedFilter


@dataclass(frozen=True, slots=True)
class Chips:
    """What a reader keeps, and which of it is on the screen."""

    kept: Sequence[SavedFilter] = ()
    chosen: str = ""
    """What is chosen on this page, as it stands in a link."""

    @property
    def current(self) -> SavedFilter | None:
        """Return the kept list that is on the screen."""
        return next((one for one in self.kept if one.chosen == self.chosen), None)


async def chips_of(desk: Desk, reader: Reader, chosen: str = "") -> Chips:
    """Return the chips above a list of patients."""
    return Chips(await desk.deps.filters.of(desk.deps.clinic, reader.staff_id), chosen)
