"""A number by taps, where the item names the least and the most: the tens, then the number itself.

| page's number    | what stands on it                              |
|------------------|------------------------------------------------|
| <part>           | the tens, or the numbers where they are few     |
| <ten + 1><part>  | the numbers of the ten (17 for 160 to 169)      |
"""

from decimal import Decimal
from math import ceil, floor

from handlers.core.messages import Phrase
from handlers.core.pads.cells import Cell, Pad
from handlers.core.pads.paging import PARTS
from handlers.core.questionnaire import Item, ItemType
from handlers.core.units import symbol
from handlers.core.values import Quantity, Value

FEW = 12
MOST = 300
"""A wider range has no pad: typing it is less work than looking for it."""


def number_pad(item: Item, page: int) -> Pad | None:
    """Return a page of a number's pad, None if there is no such page or no pad at all."""
    span = _span(item)
    if span is None:
        return None
    first, last = span
    if page < PARTS:
        return _first_page(item, first, last)
    ten = page // PARTS - 1
    if last - first < FEW or not first // 10 <= ten <= last // 10:
        return None
    numbers = range(max(first, ten * 10), min(last, ten * 10 + 9) + 1)
    return Pad(Phrase("chat.pad.number"), tuple(_cell(item, n) for n in numbers), above=0)


def number_value(item: Item, tag: str) -> Value | None:
    """Return the number in a button's tag as the item holds it, None if there is none."""
    if not tag.isdecimal():
        return None
    match item.type:
        case ItemType.INTEGER:
            return int(tag)
        case ItemType.QUANTITY:
            return Quantity(Decimal(tag), own_unit(item))
        case _:
            return Decimal(tag)


def number_label(item: Item, code: str, tag: str) -> Phrase:
    """Return what stands on the button of a cell."""
    return _tens_label(int(tag) // PARTS - 1) if code == "page" else _label(item, int(tag))


def own_unit(item: Item) -> str:
    """Return the unit of a number that comes without one, as UCUM code."""
    units = item.constraints.units
    return item.default_unit or (units[0].code if units else "")


def _span(item: Item) -> tuple[int, int] | None:
    least = _bound(item, item.constraints.minimum)
    most = _bound(item, item.constraints.maximum)
    if least is None or most is None:
        return None
    first, last = ceil(least), floor(most)
    return (first, last) if 0 <= first < last <= first + MOST else None


def _bound(item: Item, value: Value | None) -> Decimal | None:
    if isinstance(value, Quantity):
        return value.value if value.unit in {"", own_unit(item)} else None
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _first_page(item: Item, first: int, last: int) -> Pad:
    if last - first < FEW:
        return Pad(Phrase("chat.pad.number"), tuple(_cell(item, n) for n in range(first, last + 1)))
    tens = range(first // 10, last // 10 + 1)
    return Pad(
        Phrase("chat.pad.number"),
        tuple(Cell("page", f"{(ten + 1) * PARTS}", _tens_label(ten)) for ten in tens),
    )


def _cell(item: Item, number: int) -> Cell:
    return Cell("set", str(number), _label(item, number))


def _label(item: Item, number: int) -> Phrase:
    unit = symbol(own_unit(item))
    if not unit:
        return Phrase("chat.value", {"value": str(number)})
    return Phrase("chat.quantity", {"number": str(number), "unit": unit})


def _tens_label(ten: int) -> Phrase:
    return Phrase("chat.pad.from_to", {"first": str(ten * 10), "last": str(ten * 10 + 9)})
