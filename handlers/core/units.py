"""Units of measure by UCUM code: their dimension, their size, how they are written.

UCUM has no jin (斤), in which China weighs people; it is half a kilogram, and so `500.g`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: value in base units = (value + offset) * factor."""

    dimension: str
    factor: Decimal
    offset: Decimal = Decimal(0)


UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "m": Unit("length", Decimal(1)),
        "km": Unit("length", Decimal(1000)),
        "cm": Unit("length", Decimal("0.01")),
        "mm": Unit("length", Decimal("0.001")),
        "[ft_i]": Unit("length", Decimal("0.3048")),
        "[in_i]": Unit("length", Decimal("0.0254")),
        "kg": Unit("mass", Decimal(1)),
        "500.g": Unit("mass", Decimal("0.5")),
        "g": Unit("mass", Decimal("0.001")),
        "mg": Unit("mass", Decimal("0.000001")),
        "[lb_av]": Unit("mass", Decimal("0.45359237")),
        "[oz_av]": Unit("mass", Decimal("0.028349523125")),
        "[stone_av]": Unit("mass", Decimal("6.35029318")),
        "Cel": Unit("temperature", Decimal(1)),
        "[degF]": Unit("temperature", Decimal(5) / Decimal(9), Decimal(-32)),
        "a": Unit("years", Decimal(12)),
        "mo": Unit("years", Decimal(1)),
        "wk": Unit("time", Decimal(604800)),
        "d": Unit("time", Decimal(86400)),
        "h": Unit("time", Decimal(3600)),
        "min": Unit("time", Decimal(60)),
        "%": Unit("share", Decimal(1)),
    }
)

PARTS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {"[ft_i]": ("[in_i]", 12), "[stone_av]": ("[lb_av]", 14), "m": ("cm", 100), "[lb_av]": ("[oz_av]", 16)}
)
"""Units that are given in two steps (5 ft 7 in): the smaller unit, and how many make the larger."""

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "cm": "cm",
        "m": "m",
        "mm": "mm",
        "km": "km",
        "ft": "[ft_i]",
        "'": "[ft_i]",
        "in": "[in_i]",
        '"': "[in_i]",
        "''": "[in_i]",
        "kg": "kg",
        "kgs": "kg",
        "g": "g",
        "mg": "mg",
        "lb": "[lb_av]",
        "lbs": "[lb_av]",
        "oz": "[oz_av]",
        "st": "[stone_av]",
        "°c": "Cel",
        "c": "Cel",
        "°f": "[degF]",
        "f": "[degF]",
        "%": "%",
    }
)
"""What is written the same in every language, in lower case."""


_SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "500.g": "斤",
        "[ft_i]": "ft",
        "[in_i]": "in",
        "[lb_av]": "lb",
        "[oz_av]": "oz",
        "[stone_av]": "st",
        "Cel": "°C",
        "[degF]": "°F",
    }
)


def symbol(code: str) -> str:
    """Return how the unit with this UCUM code is written for people."""
    return _SHOWN.get(code, code)


def convert(value: Decimal, source: str, target: str) -> Decimal | None:
    """Return `value` in the unit `target`, or None if the two measure different things."""
    if source == target:
        return value
    one, other = UNITS.get(source), UNITS.get(target)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return (value + one.offset) * one.factor / other.factor - other.offset
