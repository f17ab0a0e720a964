"""`yorisoi plan`: the dates of the 1, 3 and 6-month check-ins, for one anchor or a CSV of many."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Final

from handlers.core.care_plan import parse_wall, plan
from handlers.core.case import Anchor, FollowUp
from handlers.core.contact_time import at_place
from handlers.core.protocol import Offset, Protocol, Step, StepKind
from handlers.core.values import PatientId

COLUMNS: Final = ("anchor", "zone", "at")


def plan_rows(anchor: str, zone: str, at: str) -> list[dict[str, str]]:
    """Return the check-ins of a treatment on `anchor`, a date or local time, as rows of text.

    A row holds anchor, zone, step, local (YYYY-MM-DDTHH:MM:SS), due_at and window_end (UTC, Z).
    Raise ValueError naming the column that cannot be read.
    """
    return [
        {
            "anchor": anchor,
            "zone": zone,
            "step": follow_up.step,
            "local": f"{follow_up.local}:00",
            "due_at": _iso(follow_up.due_at),
            "window_end": _iso(follow_up.window_end),
        }
        for follow_up in _planned(anchor, zone, at)
    ]


def plan_csv(lines: Iterable[str]) -> list[dict[str, str]]:
    """Return the rows of many anchors from the lines of a CSV with the columns anchor, zone, at.

    Raise ValueError naming the row (the header is row 1) and the column that cannot be read.
    """
    reader = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"row 1, column {missing[0]}: not there; the header is anchor,zone,at")
    rows: list[dict[str, str]] = []
    for number, row in enumerate(reader, start=2):
        cells = [(row[name] or "").strip() for name in COLUMNS]
        try:
            rows += plan_rows(*cells)
        except ValueError as error:
            raise ValueError(f"row {number}, {error}") from error
    return rows


class _Numbers:
    """Ids that nobody keeps: a printed plan is not stored."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self) -> str:
        return str(next(self._numbers))


def _step(months: int, before: int, after: int) -> Step:
    return Step(
        id=f"M{months}",
        anchor="treatment",
        offset=Offset(months=months),
        kind=StepKind.CHECK_IN,
        window_before_days=before,
        window_after_days=after,
    )


DEFAULT: Final = Protocol(
    id="default",
    version="1",
    title="Check-ins at 1, 3 and 6 months",
    intake=(),
    steps=(_step(1, 3, 7), _step(3, 7, 14), _step(6, 7, 21)),
)
"""The check-ins that every protocol of ours starts from (clinical.md section 8)."""


def _planned(anchor: str, zone: str, at: str) -> tuple[FollowUp, ...]:
    start = Anchor(id="", patient=PatientId(""), kind="treatment", local=anchor, zone=zone)
    column = "zone"
    try:
        at_place(datetime(2026, 1, 1, tzinfo=UTC), zone)
        column = "at"
        parse_wall(at)
        column = "anchor"
        return plan(DEFAULT, start, at=at, ids=_Numbers())
    except ValueError as error:
        raise ValueError(f"column {column}: {error}") from error


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
