"""The worklist in words: what a line is called, where it leads, and how many lines each filter would show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Final

from bot.staff_words import StaffWords
from handlers.core.changes import Level
from handlers.core.worklist import ALERT, DUE, OVERDUE, Group, Rest, Sort, rests_of
from storage.held import TASKS
from storage.views.work import Tally, WorkItem

_ON_STUCK_PAGE: Final = frozenset({"quarantined", "message-lost", *TASKS})
"""What is ended on the page Stuck."""
_CHECK_INS: Final = frozenset({DUE, OVERDUE})
_PARTS: Final[Mapping[Sort, str]] = MappingProxyType(
    {
        Sort.PAPER: "#documents",
        Sort.INTAKE: "#summary",
        Sort.PLAN: "#plan",
        Sort.SILENCE: "#check-ins",
        Sort.WORD: "#messages",
    }
)
"""The part of a patient's page that a sort of work is about; else it is the top."""
SEES: Final = ("all", "mine", "snoozed")
"""What of the list somebody may look at."""
_ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "template-news": "/console/channels",
        "template-needed": "/console/channels",
        "account-refused": "/console/channels",
        "account-stopped": "/console/channels",
    }
)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A line as it is shown. `level` is an alert's: other lines say it in their title.

    `href` is where its work is done, "" where no page is about it.
    """

    item: WorkItem
    title: str
    note: str
    level: Level | None
    href: str
    is_alert: bool
    rests: tuple[Rest, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many lines each filter shows; `shown` by group is what the chosen one does."""

    all: int
    mine: int
    snoozed: int
    sorts: tuple[tuple[Sort, int], ...]
    shown: Mapping[Group, int]

    @property
    def total(self) -> int:
        """Return how many lines there are on all pages of what is chosen."""
        return sum(self.shown.values())


def task_name(kind: str, words: StaffWords) -> str:
    """Return what a kind of work is called."""
    return words.titled(f"console.task.{kind}", kind)


def grouped(items: Iterable[WorkItem], words: StaffWords) -> Sequence[tuple[Group, list[WorkLine]]]:
    """Return the lines under their groups, in the order in which they came."""
    by_group = groupby(items, lambda item: item.group)
    return [(group, [line_of(item, words) for item in found]) for group, found in by_group]


def line_of(item: WorkItem, words: StaffWords) -> WorkLine:
    """Return a line in the reader's words."""
    note = item.step if item.kind in _CHECK_INS else item.note
    return WorkLine(
        item=item,
        title=task_name(item.kind, words),
        note=words.titled(f"console.step.{note}", "") if note else "",
        level=_level(item),
        href=_href(item),
        is_alert=item.kind == ALERT,
        rests=rests_of(item.kind),
    )


def numbers_of(tallies: Sequence[Tally], *, see: str, sort: Sort | None) -> Numbers:
    """Return the numbers of all filters, seen from the chosen one."""
    seen = [one for one in tallies if _is_seen(one, see)]
    shown = [one for one in seen if sort in {None, one.sort}]
    count = {each: sum(one.number for one in tallies if _is_seen(one, each)) for each in SEES}
    return Numbers(
        all=count["all"],
        mine=count["mine"],
        snoozed=count["snoozed"],
        sorts=tuple((each, number) for each in Sort if (number := _sum(seen, each)) or each is sort),
        shown={each: sum(one.number for one in shown if one.group is each) for each in Group},
    )


def _sum(tallies: Sequence[Tally], sort: Sort) -> int:
    return sum(one.number for one in tallies if one.sort is sort)


def _is_seen(tally: Tally, see: str) -> bool:
    if see == "snoozed":
        return tally.snoozed
    return not tally.snoozed and (tally.mine or see == "all")


def _level(item: WorkItem) -> Level | None:
    return Level(item.step.upper()) if item.kind == ALERT else None


def _href(item: WorkItem) -> str:
    if item.kind in _ON_STUCK_PAGE:
        return "/console/stuck"
    if item.patient is None:
        return _ELSEWHERE.get(item.kind, "")
    return f"/console/patients/{item.patient}{_PARTS.get(item.sort, '')}"
