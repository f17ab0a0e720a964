"""What many patients said to one question: how many, the middle, the middle half, and its picture (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles
from typing import Final

from bot.console.trend import TOP, Column

FEW: Final = 5
"""With fewer answers a spread says more of single people than of many: it is not shown."""
WIDTH: Final = 260
HEIGHT: Final = 100
_LEFT: Final = 34
_RIGHT: Final = 16
_EDGE: Final = 10
_BOX: Final = 12
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spread:
    """The answers at one point in time, on the scale or in numbers; `low` to `high` is the middle half."""

    n: int
    middle: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One point in the picture, in its own units: the middle, and the middle half where it is shown."""

    x: int
    y: int
    top: int
    height: int

    @property
    def left(self) -> int:
        """Return where the box begins."""
        return self.x - _BOX // 2


@dataclass(frozen=True, slots=True)
class Symptom:
    """One symptom: a spread per column, and the boxes of those that have answers; numbers have none."""

    name: str
    spreads: tuple[Spread, ...]
    boxes: tuple[Box, ...]

    @property
    def line(self) -> str:
        """Return the SVG `points` of the line through the middles."""
        return " ".join(f"{box.x},{box.y}" for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Counts:
    """One question with options in words: how many answers per column, and how many of them each option has.

    Where there are few, an option's cell is empty: it would tell of single people.
    """

    name: str
    totals: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def counts(name: str, options: Mapping[str, str], said: Sequence[Mapping[str, int]]) -> Counts:
    """Count per option (code → label, in its order) what was said; any other code is not counted."""
    totals = [sum(codes.get(code, 0) for code in options) for codes in said]
    rows = tuple(
        (
            label,
            tuple(
                str(codes.get(code, 0)) if total >= FEW else ""
                for codes, total in zip(said, totals, strict=True)
            ),
        )
        for code, label in options.items()
    )
    return Counts(name, tuple(totals), rows)


def spread_of(said: Mapping[str, int]) -> Spread:
    """Return the spread of codes "0" to "4" and how often each was said; any other code is not counted."""
    return _spread([float(step) for step in range(TOP + 1) for _ in range(said.get(str(step), 0))])


def spread_of_numbers(said: Mapping[str, int]) -> Spread:
    """Return the spread of numbers, each with how often it was said."""
    return _spread(sorted(float(number) for number, times in said.items() for _ in range(times)))


def _spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread(0)
    if len(values) < FEW:
        return Spread(len(values), median(values))
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(len(values), middle, low, high)


def symptom(name: str, columns: Sequence[Column], spreads: Sequence[Spread]) -> Symptom:
    """Return a symptom with its picture: real time runs to the right, more trouble upwards."""
    last = max((column.months for column in columns), default=0) or 1
    boxes = [
        _box(column_x(column, last), one.middle, one)
        for column, one in zip(columns, spreads, strict=True)
        if one.middle is not None
    ]
    return Symptom(name, tuple(spreads), tuple(boxes))


def column_x(column: Column, last: int) -> int:
    """Return where a column stands in the picture."""
    return _LEFT + round((WIDTH - _LEFT - _RIGHT) * column.months / last)


def step_y(step: float) -> int:
    """Return the height of a step of the scale in the picture."""
    return HEIGHT - _EDGE - round((HEIGHT - 2 * _EDGE) * step / TOP)


def rate(answered: int, opened: int) -> str:
    """Return the share in whole percent, a dash where nothing was opened."""
    return f"{round(100 * answered / opened)} %" if opened else "\N{EN DASH}"


def days(took: Sequence[timedelta]) -> str:
    """Return the median of some times in days with one decimal, a dash for none."""
    return f"{median(one / _DAY for one in took):.1f}" if took else "\N{EN DASH}"


def _box(x: int, middle: float, one: Spread) -> Box:
    if one.low is None or one.high is None:
        return Box(x, step_y(middle), 0, 0)
    top = step_y(one.high)
    return Box(x, step_y(middle), top, max(2, step_y(one.low) - top))
