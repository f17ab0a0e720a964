"""Dates and numbers by taps: pages of years, months and days, or of tens and ones.

Nobody has to type what can be tapped; whatever is typed is understood on every page all the same.
"""

from handlers.core.messages import Phrase
from handlers.core.pads.cells import Cell, Pad
from handlers.core.pads.dates import date_label, date_pad, date_value, typed_date_cell
from handlers.core.pads.numbers import number_label, number_pad, number_value
from handlers.core.pads.paging import at_root, page_above, page_after, shown_cells
from handlers.core.pages import says_unsure
from handlers.core.questionnaire import Item, ItemType
from handlers.core.turn import Scene
from handlers.core.values import Value

__all__ = [
    "Cell",
    "Pad",
    "at_root",
    "cells_here",
    "label_of",
    "open_pad",
    "pad_of",
    "page_above",
    "page_after",
    "takes_unsure",
    "typed_cell",
    "value_of",
]

_NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.QUANTITY})


def takes_unsure(scene: Scene, item: Item) -> bool:
    """Say whether "Not sure" is an answer that the question has no option of its own for.

    What may not be left (consent, the questions that decide the way) takes none, and neither does a sign of
    danger: "not sure" would pass it over.
    """
    if not item.skippable or says_unsure(item):
        return False
    if item.link_id in scene.red or item.link_id in scene.consents:
        return False
    if item.options or item.type is ItemType.BOOLEAN:
        return True
    return (item.type in _NUMBERS or item.type is ItemType.DATE) and not item.repeats


def open_pad(scene: Scene, item: Item) -> Pad | None:
    """Return the page of the pad that is shown, None where the question has no pad."""
    return pad_of(scene, item, scene.dialogue.page)


def cells_here(scene: Scene, item: Item, pad: Pad) -> tuple[tuple[Cell, ...], int]:
    """Return the cells of the open page's part, and in how many parts the page comes."""
    page = scene.dialogue.page
    return shown_cells(scene, pad, page, beside=1 if takes_unsure(scene, item) and at_root(page) else 0)


def pad_of(scene: Scene, item: Item, page: int) -> Pad | None:
    """Return the page with this number, None where the answer has no pad or the pad no such page."""
    if item.options or item.repeats:
        return None
    if item.type is ItemType.DATE:
        return date_pad(scene, item, page)
    return number_pad(item, page) if item.type in _NUMBERS else None


def value_of(item: Item, code: str, tag: str) -> Value | None:
    """Return the value that a cell's button stands for, None for any other button."""
    if code not in {"set", "about"} or item.options:
        return None
    if item.type is ItemType.DATE:
        return date_value(tag, about=code == "about")
    return number_value(item, tag) if item.type in _NUMBERS else None


def label_of(item: Item, code: str, tag: str) -> Phrase | None:
    """Return what stands on a cell's button, None for any other button."""
    if code not in {"set", "about", "page"} or not tag.isdecimal():
        return None
    return date_label(code, tag) if item.type is ItemType.DATE else number_label(item, code, tag)


def typed_cell(scene: Scene, item: Item, text: str) -> Cell | None:
    """Return the cell of the open page that typed words name, where they say too little alone."""
    if item.type is not ItemType.DATE or item.repeats or item.options:
        return None
    return typed_date_cell(scene, item, text)
