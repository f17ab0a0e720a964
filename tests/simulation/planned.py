"""The oracle on check-ins: planned on the right day, sent in their window or visible, never early."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.care import MONTHS, ZONES, due_at
from tests.simulation.evidence import disturbed
from tests.simulation.loop import START

WINDOW = timedelta(days=14)
VISIBLE = frozenset({"unknown", "missed", "cancelled", "held"})
SKEW = 2.5
LONGEST_HOLD = 70.0
"""Seconds between a sender's last look at the clock and its call of the service: at most a lease."""

FROZEN = 1_000.0


def _plans(evidence):
    """Each patient with a treatment date has three check-ins, on the days of the calendar."""
    listed = defaultdict(list)
    for follow_up in evidence.lists["follow_ups"]:
        listed[follow_up["patient"]].append(follow_up)
    waiting = {person.number for person in evidence.world.waiting}
    for patient, person in evidence.persons.items():
        planned = listed.pop(patient, [])
        if not planned and (person.planned is None or person.number in waiting):
            continue
        day, hour = person.planned[:2]
        steps = sorted(follow_up["step"] for follow_up in planned)
        if steps != sorted(MONTHS):
            evidence.found.add("follow-up-misplanned", patient, person.planned, steps)
        for follow_up in planned:
            due = due_at(day, MONTHS[follow_up["step"]], hour, ZONES[person.country])
            end = due_after(due, WINDOW)
            if (_moment(follow_up["due_at"]), _moment(follow_up["window_end"])) != (due, end):
                evidence.found.add("follow-up-misplanned", person.planned, follow_up, due)
    for patient, planned in listed.items():
        evidence.found.add("follow-up-misplanned", patient, planned)


def due_after(due, days):
    """Return the same wall time so many days later."""
    later = (due.replace(tzinfo=None) + days).date()
    return datetime.combine(later, due.time(), due.tzinfo)


def _windows(evidence):
    """Each check-in is taken in its window or is visible; nothing of it leaves before or after."""
    messages = defaultdict(list)
    for row in evidence.tables["outbox"]:
        if row["follow_up_id"]:
            messages[row["follow_up_id"]].append(row)
    tasks = {task["patient"] for task in evidence.lists["tasks"] if task["closed_at"] is None}
    ids = {(row["patient_id"], row["step"]): row["id"] for row in evidence.tables["follow_ups"]}
    states = dict.fromkeys(VISIBLE, 0)
    told = Counter(task["patient"] for task in evidence.lists["tasks"] if task["kind"] == "missed")
    for follow_up in evidence.lists["follow_ups"]:
        due, end = _seconds(follow_up["due_at"]), _seconds(follow_up["window_end"])
        rows = messages[ids[follow_up["patient"], follow_up["step"]]]
        taken = [accept for row in rows for accept in evidence.accepts.get(row["id"], ())]
        is_visible = follow_up["state"] in VISIBLE and follow_up["patient"] in tasks
        if not is_visible and not any(due - SKEW <= accept.accepted <= end + SKEW for accept in taken):
            evidence.found.add("follow-up-lost", follow_up, taken)
        for attempt in (a for row in rows for a in evidence.ledger.attempts.get(row["id"], ())):
            _moments(evidence, follow_up, attempt, (due, end))
        openings = [row["id"] for row in rows if row["opening"] and row["id"] in evidence.accepts]
        if len(openings) > 1:
            evidence.found.add("opening-doubled", follow_up, openings)
        if follow_up["state"] == "missed":
            told[follow_up["patient"]] -= 1
            if told[follow_up["patient"]] < 0:
                evidence.found.add("missed-untold", follow_up)
        if follow_up["state"] in states:
            states[follow_up["state"]] += 1
    evidence.world.figures |= {f"check-ins {state}": number for state, number in sorted(states.items())}


def _moments(evidence, follow_up, attempt, window):
    due, end = window
    if attempt.began < due - SKEW:
        evidence.found.add("follow-up-early", follow_up, attempt)
    if disturbed(attempt.owner, attempt.began - FROZEN, attempt.began + 1):
        return
    if attempt.began > end + LONGEST_HOLD:
        evidence.found.add("follow-up-late", follow_up, attempt)
    zone = ZoneInfo(ZONES[evidence.persons[follow_up["patient"]].country])
    if all(_is_quiet(attempt.began + shift, zone) for shift in (SKEW, -LONGEST_HOLD)):
        evidence.found.add("quiet-broken", follow_up, attempt)


def _is_quiet(seconds, zone):
    local = (START + timedelta(seconds=seconds)).astimezone(zone)
    return local.hour >= 20 or local.hour < 9


def _ends(evidence):
    """Long after the last window nothing waits for its time any more."""
    for row in evidence.tables["follow_ups"]:
        if row["next_at"] is not None or row["state"] not in {"completed", "missed", "cancelled"}:
            evidence.found.add("queue-stuck", row)


def _moment(text):
    return datetime.fromisoformat(text)


def _seconds(text):
    return (_moment(text) - START).total_seconds()


PLANNED_CHECKS = (_plans, _windows, _ends)
