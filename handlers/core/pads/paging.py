"""Which cells of a page stand in one message. A page's number ends in the number of its part."""

from math import ceil

from handlers.core.pads.cells import Cell, Pad
from handlers.core.turn import Scene

PARTS = 10
"""A page has fewer parts than this: the last digit of its number names one."""


def at_root(page: int) -> bool:
    """Say whether a page is the first one, in whichever part."""
    return page < PARTS


def shown_cells(scene: Scene, pad: Pad, page: int, *, beside: int = 0) -> tuple[tuple[Cell, ...], int]:
    """Return the cells of the page's part, and in how many parts it comes.

    `beside` says how many further buttons, besides More, must find room.
    """
    room = min(scene.limits.rows, scene.limits.pad) - len(pad.extras) - beside
    if len(pad.cells) <= room:
        return pad.cells, 1
    parts = min(ceil(len(pad.cells) / max(1, room - 1)), PARTS)
    size = ceil(len(pad.cells) / parts)
    part = page % PARTS % parts
    return pad.cells[part * size : (part + 1) * size], parts


def page_after(page: int, parts: int) -> int:
    """Return the number of the page's next part; after the last one comes the first again."""
    part = page % PARTS
    return page - part + (part + 1) % parts


def page_above(pad: Pad, page: int) -> int | None:
    """Return where Back leads to: the part before, else the page above; None on the first page."""
    return page - 1 if page % PARTS else pad.above
