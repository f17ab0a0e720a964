"""What a proof found, in a table: figure, value, limit, ok or OVER."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure. `limit` is the most or, with `least`, the least that it may be; None is not judged."""

    name: str
    value: float
    limit: float | None = None
    least: bool = False
    unit: str = ""

    @property
    def holds(self):
        if self.limit is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit

    def line(self):
        """Return the figure as a line of the table."""
        bound = "" if self.limit is None else f"{'≥' if self.least else '≤'} {self.limit:g}{self.unit}"
        verdict = ("ok" if self.holds else "OVER") if bound else ""
        return f"  {self.name:<62} {_short(self.value)}{self.unit:<3} {bound:>10}  {verdict}"


def say(words):
    """Tell whoever watches, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def told(figures):
    """Print the table; return whether every figure holds."""
    for figure in figures:
        say(figure.line())
    return all(figure.holds for figure in figures)


def _short(value):
    return f"{value:>9.2f}" if isinstance(value, float) else f"{value:>9,}"
