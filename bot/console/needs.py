"""What needs a person, in one list: tasks first by urgency, and loud flags that no task stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.staff_words import StaffWords
from handlers.core.changes import Level
from handlers.core.values import PatientId
from storage.held import TASKS
from storage.views.models import FlagView, TaskView, Worklist

_URGENT_TASKS = frozenset({"flag-crisis", "flag-red", "flag-safety", "silent"})
_URGENT_LEVELS = frozenset({Level.CRISIS, Level.RED, Level.SAFETY})
_TASK_LEVELS = {"flag-crisis": Level.CRISIS, "flag-red": Level.RED, "flag-safety": Level.SAFETY}
_FLAG_TASK = "flag-"
_ON_STUCK_PAGE = frozenset({"quarantined", "message-lost", *TASKS})
"""What is ended on the page Stuck."""


class Tone(StrEnum):
    """How soon."""

    URGENT = "urgent"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Need:
    """One line of the list."""

    tone: Tone
    level: Level | None
    text: str
    note: str
    at: datetime
    patient: PatientId | None
    code: str
    is_stuck: bool = False
    until: datetime | None = None
    """When it is too late."""


def needs_of(worklist: Worklist, words: StaffWords) -> tuple[Need, ...]:
    """Return everything that waits for a person, the most urgent and then the oldest first."""
    told = {task.patient for task in worklist.tasks if task.kind.startswith(_FLAG_TASK)}
    tasks = [_from_task(task, words) for task in worklist.tasks]
    flags = [_from_flag(flag, worklist, words) for flag in worklist.flags if flag.patient not in told]
    return _ordered([*tasks, *flags])


def task_name(kind: str, words: StaffWords) -> str:
    """Return what a kind of task is called."""
    return words.titled(f"console.task.{kind}", kind)


def _ordered(needs: Sequence[Need]) -> tuple[Need, ...]:
    return tuple(sorted(needs, key=lambda need: (need.tone is not Tone.URGENT, need.at)))


def _from_task(task: TaskView, words: StaffWords) -> Need:
    tone = Tone.URGENT if task.kind in _URGENT_TASKS else Tone.SOON
    note = words.titled(f"console.step.{task.note}", "") if task.note else ""
    level = _TASK_LEVELS.get(task.kind)
    name = task_name(task.kind, words)
    is_stuck = task.kind in _ON_STUCK_PAGE
    until = task.due_at if task.kind == "quarantined" else None
    return Need(tone, level, name, note, task.opened_at, task.patient, task.code, is_stuck, until)


def _from_flag(flag: FlagView, worklist: Worklist, words: StaffWords) -> Need:
    tone = Tone.URGENT if flag.level in _URGENT_LEVELS else Tone.SOON
    code = worklist.codes.get(flag.patient, "")
    # What it is about may be for nurses and doctors only: that stands on the patient's page.
    name = task_name(f"{_FLAG_TASK}{flag.level.lower()}", words)
    return Need(tone, flag.level, name, "", flag.raised_at, flag.patient, code)
