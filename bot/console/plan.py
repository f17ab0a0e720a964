"""The care plan as lines, and what stands in the form for a treatment date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.console.forms import FormReader
from handlers.core.case import FollowUp
from handlers.places import NOT_AT

KINDS: Final = ("harvest", "infusion")
"""The treatment dates that staff enter by hand; the lab's release is an event."""


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


@dataclass(frozen=True, slots=True)
class DateForm:
    """What stands in the form, with what it would lead to or why it can't be."""

    kind: str = "infusion"
    day: str = ""
    time: str = "10:00"
    hour: str = ""
    """The good hour for messages, "HH:MM" on the patient's clock; "" for the one we know."""
    planned: tuple[FollowUp, ...] | None = None
    problem: str = ""

    @property
    def local(self) -> str:
        """Return the wall-clock time "YYYY-MM-DDTHH:MM"."""
        return f"{self.day}T{self.time}"


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
            reason="" if follow_up.reason.startswith(NOT_AT) else follow_up.reason,
        )
        for follow_up in sorted(follow_ups, key=lambda follow_up: follow_up.due_at)
    ]


def plan_values(forms: FormReader, form: DateForm | None) -> dict[str, Any]:
    """Return what the form's template shows."""
    shown = form or DateForm()
    return {
        "anchor_kinds": KINDS,
        "date_form": shown,
        "date_problem": shown.problem,
        "preview": None if shown.planned is None else step_lines(shown.planned, forms),
    }
