"""Changes to what staff must see."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.core.values import ResponseId


class Level(StrEnum):
    """How loud a flag is. Pre-screen levels (staff only) and follow-up levels."""

    STOP = "STOP"
    LIKELY_NO = "LIKELY_NO"
    REVIEW = "REVIEW"
    MISSING = "MISSING"
    INFO = "INFO"
    SAFETY = "SAFETY"
    UNDECIDED = "UNDECIDED"
    RED = "RED"
    CRISIS = "CRISIS"
    ORANGE = "ORANGE"
    YELLOW = "YELLOW"


@dataclass(frozen=True, slots=True)
class RaiseFlag:
    """An answer that staff must see: rule, level and the patient's own words beside it.

    `evidence` is (linkId, the answer's words as given) per source answer. `key` makes it unique:
    the same rule on the same response and treatment route is raised once. `task` says when staff call,
    `opens_case` whether a possible adverse event opens, as far as its level may; neither is stored with it.
    """

    key: str
    rule: str
    rule_version: str
    level: Level
    route: str
    staff_text: str
    evidence: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    response: ResponseId | None
    at: datetime
    task: str = ""
    opens_case: bool = True


@dataclass(frozen=True, slots=True)
class ReplaceFlags:
    """The flags of one response are computed anew: those not listed here are withdrawn."""

    response: ResponseId
    flags: tuple[RaiseFlag, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CloseFlag:
    """A doctor closes one flag, known by its row's id, and says why."""

    flag: str
    at: datetime
    by: str
    reason: str
