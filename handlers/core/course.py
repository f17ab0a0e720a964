"""A patient's whole plan from all of their treatment dates, and what changes when a date does.

The plan is a function of the protocol, the dates and the place; what exists already is compared with
it: what has not begun follows the plan, what is finished or under way stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from handlers.core.care_plan import MOVABLE, FreshIds, local_to_utc, moved_to, plan_steps
from handlers.core.case import Anchor, FollowUp, FollowUpState, Patient, Stage
from handlers.core.frozen import replace
from handlers.core.protocol import UNFINISHED, Counts, Protocol, Step
from handlers.core.talk import WITH_PERSON
from handlers.core.travel import Stays
from handlers.core.values import Purpose

NOT_PLANNED: Final = "not-planned"
"""Why a check-in was cancelled that no date asks for any more."""
LATE: Final = "late"
"""Why a check-in is held whose day had passed when its date was entered: a person decides."""
PAUSED: Final = "paused"
"""Why a check-in is held until the day that staff named."""
BY_STAFF: Final = frozenset({LATE, PAUSED, WITH_PERSON})
"""Holds that end with staff, or with their day: what the patient says does not lift them."""
SKIPPED: Final = "skipped:"
"""Stands before the reason for which staff left a check-in out."""
STOPPED: Final = "stopped:"
"""Stands before the reason for which a whole programme was stopped: no date takes it back."""
PROGRAMME: Final = "programme_"
"""Begins the names of the clinic's texts that switch a part of the programme on or off."""
ON, OFF = "on", "off"
GIVEN_UP: Final = frozenset({FollowUpState.MISSED, FollowUpState.CANCELLED})
"""States that a corrected date takes back: the check-in had the wrong day."""

_UNDER_WAY: Final = frozenset({FollowUpState.IN_PROGRESS, FollowUpState.UNKNOWN})
_TO_DECIDE: Final = timedelta(days=7)


class Late(StrEnum):
    """What becomes of check-ins whose day has passed when their date is entered."""

    PLAN = "plan"
    """As planned: opened at once while its window is open; after it missed, which a person sees."""
    SEND = "send"
    SKIP = "skip"
    ASK = "ask"


class WhySkipped(StrEnum):
    """Why staff leave a check-in out."""

    SEEN = "seen-in-person"
    TOO_LATE = "too-late"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new plan changes: check-ins that are new, that move, and that fall away."""

    added: tuple[FollowUp, ...] = ()
    moved: tuple[FollowUp, ...] = ()
    dropped: tuple[FollowUp, ...] = ()

    @property
    def count(self) -> int:
        """Return how many planned contacts change."""
        return len(self.added) + len(self.moved) + len(self.dropped)

    @property
    def coming(self) -> tuple[FollowUp, ...]:
        """Return what is planned anew, earliest first."""
        return tuple(sorted((*self.moved, *self.added), key=lambda one: one.due_at))

    def late(self, now: datetime) -> tuple[FollowUp, ...]:
        """Return what should have been asked before now."""
        return tuple(one for one in self.coming if one.due_at < now)


def key_of(programme: str) -> str:
    """Return under which of the clinic's texts it stands whether a part of the programme is on."""
    return f"{PROGRAMME}{programme}"


def chosen(steps: Iterable[Step], texts: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps that the clinic runs: its own choice for a part, else the pack's default."""
    return tuple(step for step in steps if _is_on(step, texts))


def _is_on(step: Step, texts: Mapping[str, str]) -> bool:
    said = texts.get(key_of(step.programme), "") if step.programme else ""
    return step.enabled if said not in {ON, OFF} else said == ON


def plan_course(
    protocol: Protocol,
    anchors: Sequence[Anchor],
    texts: Mapping[str, str],
    *,
    at: str,
    ids: FreshIds,
    zone: str | Stays = "",
) -> tuple[FollowUp, ...]:
    """Return every check-in that these dates lead to, earliest first.

    `texts` are the clinic's (they say which parts of the programme it runs), `at` and `zone` as for
    `care_plan.plan`. Raise ValueError for an unknown zone or a time that cannot be read.
    """
    steps = chosen(protocol.steps, texts)
    ended = _ends(anchors)
    planned = [
        follow_up
        for anchor in anchors
        for follow_up in plan_steps(_counted(steps, anchor, anchors), anchor, at=at, ids=ids, zone=zone)
        if not _is_over(protocol.step(follow_up.step), follow_up, ended)
    ]
    return tuple(sorted(planned, key=lambda follow_up: follow_up.due_at))


def _counted(steps: Iterable[Step], anchor: Anchor, anchors: Sequence[Anchor]) -> list[Step]:
    """Return the steps that count from this one of the dates of its kind."""
    course = sorted((a for a in anchors if a.kind == anchor.kind), key=_moment)
    ends = {Counts.FIRST: course[0].id, Counts.LAST: course[-1].id, Counts.EACH: anchor.id}
    return [step for step in steps if step.anchor == anchor.kind and ends[step.counts] == anchor.id]


def _moment(anchor: Anchor) -> tuple[str, str]:
    return anchor.local, anchor.id


def _ends(anchors: Sequence[Anchor]) -> Mapping[str, datetime]:
    """Return the first moment of each kind of date; a date without an hour counts from its morning."""
    first: dict[str, datetime] = {}
    for anchor in anchors:
        local = anchor.local if "T" in anchor.local else f"{anchor.local}T00:00"
        moment = local_to_utc(local, anchor.zone)
        first[anchor.kind] = min(moment, first.get(anchor.kind, moment))
    return first


def _is_over(step: Step, follow_up: FollowUp, ended: Mapping[str, datetime]) -> bool:
    end = ended.get(step.until)
    return end is not None and follow_up.due_at >= end


def compare(
    protocol: Protocol, existing: Iterable[FollowUp], planned: Iterable[FollowUp], *, now: datetime
) -> Difference:
    """Return what a new plan changes in what exists: an id stays with its step, nothing is asked twice.

    What counts from the last or the first date of a course follows its step through a change of date.
    What was given up comes back if its new window is still open.
    """
    per_date = {step.id for step in protocol.steps if step.counts is Counts.EACH}

    def key(one: FollowUp) -> tuple[str, str]:
        return (one.anchor if one.step in per_date else "", one.step)

    before = {key(one): one for one in existing if one.step != UNFINISHED}
    added, moved = [], []
    for new in planned:
        old = before.pop(key(new), None)
        if old is None:
            added.append(new)
        elif _follows(old, new, now):
            moved.append(_in_plan(old, moved_to(old, new)))
    dropped = [_dropped(one) for one in before.values() if one.state in MOVABLE | _UNDER_WAY]
    return Difference(tuple(added), tuple(moved), tuple(dropped))


def is_stopped(patient: Patient) -> bool:
    """Say whether everything is stopped, by staff or by an answer, and no consent was taken back."""
    return patient.stage is Stage.CLOSED and Purpose.HEALTH in patient.purposes


def may_come_back(one: FollowUp) -> bool:
    """Say whether a corrected date takes back that it was given up: not what staff left out or stopped."""
    if one.reason == f"{SKIPPED}{WhySkipped.TOO_LATE}":
        return True
    return not one.reason.startswith((SKIPPED, STOPPED))


def _follows(old: FollowUp, new: FollowUp, now: datetime) -> bool:
    if old.state in GIVEN_UP and not may_come_back(old):
        return False
    if old.state in GIVEN_UP and new.window_end <= now:
        return False
    is_changed = (old.anchor, old.due_at) != (new.anchor, new.due_at) or old.reason == NOT_PLANNED
    return is_changed and old.state in MOVABLE | GIVEN_UP


def _in_plan(old: FollowUp, moved: FollowUp) -> FollowUp:
    """Return what was given up, or waited for staff, as planned; a pause goes on; any other as it is."""
    if old.reason == PAUSED and old.next_at is not None:
        return replace(moved, next_at=max(old.next_at, moved.due_at))
    if old.state not in GIVEN_UP and old.reason != LATE:
        return moved
    scheduled = FollowUpState.SCHEDULED
    return replace(moved, state=scheduled, nudges=0, response=None, reason="", opened_at=None)


def _dropped(follow_up: FollowUp) -> FollowUp:
    return replace(follow_up, state=FollowUpState.CANCELLED, reason=NOT_PLANNED, next_at=None)


def held_back(follow_up: FollowUp, until: datetime | None) -> FollowUp:
    """Return a check-in that is planned during a pause: it waits until the pause ends, or its window.

    What comes after the pause, or waits for staff, stays as it is.
    """
    at = follow_up.next_at
    is_planned = follow_up.state is FollowUpState.SCHEDULED or follow_up.reason == PAUSED
    if until is None or at is None or at >= until or not is_planned:
        return follow_up
    held = replace(follow_up, state=FollowUpState.HELD, reason=PAUSED)
    return replace(held, next_at=min(until, follow_up.window_end))


def settled(follow_up: FollowUp, late: Late, why: WhySkipped, now: datetime) -> FollowUp:
    """Return a late check-in as staff decided about it: sent now, left out, or held for a person."""
    match late:
        case Late.PLAN:
            return follow_up
        case Late.SEND:
            return sent_now(follow_up, now)
        case Late.SKIP:
            return skipped(follow_up, why)
        case Late.ASK:
            end = max(follow_up.window_end, now + _TO_DECIDE)
            held = replace(follow_up, state=FollowUpState.HELD, reason=LATE)
            return replace(held, window_end=end, next_at=end)


def sent_now(follow_up: FollowUp, now: datetime) -> FollowUp:
    """Return a check-in that is opened as soon as it may be; it stays open as long as it ever would."""
    end = max(follow_up.window_end, now + (follow_up.window_end - follow_up.due_at))
    back = replace(follow_up, state=FollowUpState.SCHEDULED, reason="", nudges=0, opened_at=None)
    return replace(back, window_end=end, next_at=now)


def skipped(follow_up: FollowUp, why: WhySkipped) -> FollowUp:
    """Return a check-in that staff leave out, with the reason."""
    return replace(follow_up, state=FollowUpState.CANCELLED, reason=f"{SKIPPED}{why}", next_at=None)
