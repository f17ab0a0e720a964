"""What a benchmark hands back: ratios, some of them with a limit, and how they were come by."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio. Without a limit it is information; with one it must not be larger."""

    name: str
    ratio: float
    limit: float | None = None

    @property
    def holds(self) -> bool:
        """Say whether the limit is kept."""
        return self.limit is None or self.ratio <= self.limit


@dataclass(frozen=True, slots=True)
class Findings:
    """A benchmark's figures and the sizes they were measured at."""

    title: str
    sizes: str
    figures: tuple[Figure, ...]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of blocks that ran next to each other."""
    return median(our / their for our, their in zip(ours, theirs, strict=True))
