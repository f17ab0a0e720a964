"""What `yorisoi check` finds wrong with a pack."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a pack from being used; a warning is for its author to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: in which file, at which linkId (or rule, step, key), and why."""

    file: str
    link_id: str
    reason: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return the finding in one line."""
        place = f"{self.file}: {self.link_id}" if self.link_id else self.file
        return f"{place}: {self.reason}"
