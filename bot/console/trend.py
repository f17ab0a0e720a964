"""How answers moved from the intake through the check-ins: a table, and a line per symptom (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 200
HEIGHT = 72
MARGIN = 8
TOP = 4
"""The highest step of the scale: "Very much"."""


@dataclass(frozen=True, slots=True)
class Column:
    """One point in time: months after the treatment, 0 for the intake."""

    months: int
    label: str

    @property
    def tick(self) -> str:
        """Return the short form under a picture: the months alone."""
        return str(self.months)


@dataclass(frozen=True, slots=True)
class Dot:
    """A known value in the picture, in the picture's own units, with its words."""

    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One symptom: its words per column, and the line when it has a scale from 0 to 4."""

    name: str
    cells: tuple[str, ...]
    dots: tuple[Dot, ...] = ()

    @property
    def line(self) -> str:
        """Return the SVG `points` of the line through the dots."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def trend(name: str, columns: Sequence[Column], words: Sequence[str], steps: Sequence[int | None]) -> Trend:
    """Return a symptom's row; `steps` are 0 to 4, None where unknown or not on the scale."""
    last = max((column.months for column in columns), default=0) or 1
    dots = tuple(
        Dot(_x(column.months, last), _y(step), f"{column.label}: {word}")
        for column, word, step in zip(columns, words, steps, strict=True)
        if step is not None
    )
    return Trend(name, tuple(words), dots)


def grid() -> tuple[int, ...]:
    """Return the heights of the scale's lines, from 0 up to 4."""
    return tuple(_y(step) for step in range(TOP + 1))


def ticks(columns: Sequence[Column]) -> Mapping[str, int]:
    """Return where each column's months stand under the picture."""
    last = max((column.months for column in columns), default=0) or 1
    return {column.tick: _x(column.months, last) for column in columns}


def _x(months: int, last: int) -> int:
    return MARGIN + round((WIDTH - 2 * MARGIN) * months / last)


def _y(step: int) -> int:
    return HEIGHT - MARGIN - round((HEIGHT - 2 * MARGIN) * step / TOP)
