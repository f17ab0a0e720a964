"""Changes to the work that waits for a person."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Work for a person. `key` makes it unique: a second one adds nothing while it is open."""

    kind: str
    key: str
    at: datetime
    note: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CloseTask:
    """The task with this key is done."""

    key: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class FinishTask:
    """Staff are done with one task, known by its row's id, and say why."""

    task: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class OweSummary:
    """What the clinic was told has changed: it gets the newest summary by every way that it has chosen."""

    at: datetime
