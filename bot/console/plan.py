"""The care plan as lines, and what stands in the form for a treatment date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.console.forms import FormReader
from handlers.core.case import FollowUp
from handlers.core.course import Difference, WhySkipped
from handlers.places import NOT_AT, TRIED
from handlers.programme import WhyStopped
from handlers.treatment import NewDate

KINDS: Final = ("harvest", "lab", "infusion")
"""The treatment dates that staff enter by hand."""
_MAY_WAIT: Final = frozenset({"scheduled", "held", "missed", "cancelled"})


@dataclass(frozen=True, slots=True)
class StepLine:
    """A planned check-in."""

    id: str
    name: str
    local: str
    zone: str
    due_at: datetime
    window_end: datetime
    state: str
    response: str
    reason: str
    follow_up: str = ""
    may_change: bool = False
    """Whether staff may send it now or leave it out: nothing of it has been answered."""


@dataclass(frozen=True, slots=True)
class Cancelling:
    """A date that is about to be taken back, and how many planned contacts that changes."""

    which: str
    count: int


@dataclass(frozen=True, slots=True)
class DateForm:
    """What stands in the form, with what it would lead to or why it can't be."""

    kind: str = "infusion"
    day: str = ""
    time: str = "10:00"
    hour: str = ""
    """The good hour for messages, "HH:MM" on the patient's clock; "" for the one we know."""
    which: str = ""
    difference: Difference | None = None
    late: tuple[FollowUp, ...] = ()
    problem: str = ""

    @property
    def local(self) -> str:
        """Return the wall-clock time "YYYY-MM-DDTHH:MM"."""
        return f"{self.day}T{self.time}"

    def date(self, zone: str) -> NewDate:
        """Return what is entered, on the wall clock of `zone`."""
        return NewDate(self.kind, self.local, zone, self.hour, self.which)


def step_lines(follow_ups: Sequence[FollowUp], forms: FormReader) -> list[StepLine]:
    """Return the planned check-ins, earliest first."""
    return [
        StepLine(
            id=follow_up.step,
            name=forms.step_name(follow_up.step),
            local=follow_up.local,
            zone=follow_up.zone,
            due_at=follow_up.due_at,
            window_end=follow_up.window_end,
            state=follow_up.state,
            response=follow_up.response or "",
            reason=_reason(follow_up.reason),
            follow_up=follow_up.id,
            may_change=follow_up.state in _MAY_WAIT and not follow_up.response,
        )
        for follow_up in sorted(follow_ups, key=lambda follow_up: follow_up.due_at)
    ]


def _reason(reason: str) -> str:
    """Return the last word of a reason that staff understand: "skipped:too-late" is "too-late"."""
    return "" if reason.startswith((NOT_AT, TRIED)) else reason.rpartition(":")[2]


def plan_values(forms: FormReader, form: DateForm | None) -> dict[str, Any]:
    """Return what the form's template shows."""
    shown = form or DateForm()
    difference = shown.difference
    return {
        "cancelling": None,
        "late": step_lines(shown.late, forms),
        "reasons_to_skip": tuple(WhySkipped),
        "reasons_to_stop": tuple(WhyStopped),
        "changes": difference.count if difference else 0,
        "anchor_kinds": KINDS,
        "date_form": shown,
        "date_problem": shown.problem,
        "preview": None if difference is None else step_lines(difference.coming, forms),
        "dropped": step_lines(difference.dropped, forms) if difference else [],
    }
