"""What a pad is made of."""

from dataclasses import dataclass

from handlers.core.frozen import quick
from handlers.core.messages import Phrase


@quick
@dataclass(frozen=True, slots=True)
class Cell:
    """One button of a pad. `code` is page (leads to the page `tag`), set or about (an answer)."""

    code: str
    tag: str
    label: Phrase


@dataclass(frozen=True, slots=True)
class Pad:
    """One page: what to do here, its cells in order, what stands under them, and the page above.

    `extras` are on every part of the page. `above` is None on the first page.
    """

    lead: Phrase
    cells: tuple[Cell, ...]
    extras: tuple[Cell, ...] = ()
    above: int | None = None
