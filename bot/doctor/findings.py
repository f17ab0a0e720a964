"""What the doctor says: one line per thing looked at, worded later in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How bad it is. A note is worth knowing; red must be mended."""

    OK = "ok"
    NOTE = "note"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: its text is `cli.doctor.<name>`, filled with `values`."""

    level: Level
    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    clinic: str = ""
    """Which clinic it is about, where it is not the one that the settings make."""


def ok(name: str, **values: str) -> Finding:
    """Return a line that says that all is well."""
    return Finding(Level.OK, name, values)


def note(name: str, **values: str) -> Finding:
    """Return a line worth knowing."""
    return Finding(Level.NOTE, name, values)


def red(name: str, **values: str) -> Finding:
    """Return a line with something to mend."""
    return Finding(Level.RED, name, values)


def worst(findings: Sequence[Finding]) -> Level:
    """Return the worst level of all."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)
