"""The oracle on a programme: on its day, awake, in its window or seen; nothing of a plan that is over."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.simulation.evidence import disturbed
from tests.simulation.loop import START
from tests.simulation.messages import NEEDS_TASK
from tests.simulation.planned import FROZEN, LONGEST_HOLD, SKEW, VISIBLE
from tests.simulation.programme.calendar import AT_NIGHT_TOO, NOTICES, STEPS, end_of, is_quiet
from tests.simulation.programme.history import WAITING, in_force, moment, seconds

BY_STAFF = ("skipped:", "stopped:", "not-planned")
FOR_GOOD = ("skipped:seen-in-person", "skipped:not-needed", "stopped:")
OPEN = frozenset({"in-progress", "unknown"})
OVER = frozenset({"completed", "missed", "cancelled"})
_ROWS = "SELECT id, patient_id, step, state, due_at, window_end, reason, next_at, outbox_id FROM follow_ups"


def judge_plan(evidence, history):
    """Look at every step of every patient."""
    steps = _steps(evidence)
    of_patient = defaultdict(list)
    for one in steps:
        of_patient[one["patient_id"]].append(one)
    messages = _messages(evidence, steps)
    for patient, person in evidence.persons.items():
        own = of_patient.pop(patient, [])
        if own and sorted(one["step"] for one in own) != sorted(STEPS):
            evidence.found.add("follow-up-misplanned", patient, person.dates, own)
        _date(evidence, history, patient, person)
        for one in own:
            _day(evidence, history, person, one)
            _step(evidence, history, person, one, messages[one["id"]])
    for patient, own in of_patient.items():
        evidence.found.add("follow-up-misplanned", patient, own)
    _told(evidence, steps)


def _steps(evidence):
    cursor = evidence.world.server.driver.execute(_ROWS)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _messages(evidence, steps):
    """Return the messages of each step: a notice is known by its own id."""
    found = defaultdict(list)
    notices = {one["outbox_id"]: one["id"] for one in steps if one["step"] in NOTICES}
    for row in evidence.tables["outbox"]:
        step = row["follow_up_id"] or notices.get(row["id"])
        if step:
            found[step].append(row)
    return found


def _date(evidence, history, patient, person):
    """What staff were told is saved is the date that stands, or one that a stop kept from a second try."""
    dates = history.dates.get(patient)
    told = {*person.dates[-1:], *([person.next_date.local] if person.is_stopped else [])}
    if person.dates and (not dates or dates[-1].row["local"] not in told):
        evidence.found.add("date-lost", person.dates, dates)


def _day(evidence, history, person, one):
    """A step is due on its day: by the date and the trips that were known when it last waited."""
    entries = history.steps[one["id"]]
    if any(entry.row["reason"] == "late" for entry in entries):
        return  # staff decide about it: nothing moves it any more
    due = history.expected(evidence, person, entries)
    is_sent_late = moment(one["window_end"]) > end_of(one["step"], due)
    if moment(one["due_at"]) != due or (
        moment(one["window_end"]) != end_of(one["step"], due) and not (is_sent_late and _was_late(entries))
    ):
        evidence.found.add("follow-up-misplanned", one, due, person.dates, entries)


def _was_late(entries):
    return any(START + timedelta(seconds=entry.at) > moment(entry.row["due_at"]) for entry in entries)


def _step(evidence, history, person, one, rows):
    due, end = seconds(one["due_at"]), seconds(one["window_end"])
    taken = [accept for row in rows for accept in evidence.accepts.get(row["id"], ())]
    entries = history.steps[one["id"]]
    is_seen = (one["state"] in VISIBLE or _failed(one, rows)) and _is_seen(evidence, person, one)
    is_found = is_seen or _was_found(one, entries)
    if not is_found and not any(due - SKEW <= accept.accepted <= end + SKEW for accept in taken):
        evidence.found.add("follow-up-lost", one, taken, entries)
    if one["next_at"] is not None or one["state"] not in OVER:
        evidence.found.add("queue-stuck", one)
    for row in rows:
        for attempt in evidence.ledger.attempts.get(row["id"], ()):
            _try(evidence, history, person, one, (row, attempt, entries))
    openings = sum(bool(row["opening"]) and row["id"] in evidence.accepts for row in rows)
    opened = sum(_opens(before, after) for before, after in pairwise(entries))
    if openings > opened:
        evidence.found.add("opening-doubled", one, openings, entries)


def _failed(one, rows):
    """Say whether the message of a step that only tells something ended: at a person's, or by a stop."""
    return one["step"] in NOTICES and any(row["state"] in {*NEEDS_TASK, "cancelled"} for row in rows)


def _was_found(one, entries):
    """Say whether an opening that perhaps never came was shown to staff, and a helper answered it then."""
    return one["state"] == "completed" and any(entry.row["state"] == "unknown" for entry in entries)


def _opens(before, after):
    return before.row["state"] in WAITING | {"missed"} and after.row["state"] in OPEN


def _is_seen(evidence, person, one):
    if one["reason"].startswith(BY_STAFF) or person.stopped_by is not None or person.is_stopped:
        return True
    return any(
        task["patient"] == one["patient_id"] and task["closed_at"] is None for task in evidence.lists["tasks"]
    )


def _try(evidence, history, person, one, what):
    """Judge one try to send one message of a step."""
    row, attempt, entries = what
    held = in_force(entries, attempt.began - LONGEST_HOLD, attempt.began + 1)
    if attempt.began < min(seconds(entry.row["due_at"]) for entry in held) - SKEW:
        evidence.found.add("follow-up-early", one, attempt, held)
    if disturbed(attempt.owner, attempt.began - FROZEN, attempt.began + 1):
        return
    may = OPEN | ({"completed"} if one["step"] in NOTICES else set())
    if not any(entry.row["state"] in may for entry in held):
        evidence.found.add("sent-after-end", one, row, attempt, entries)
    if attempt.began > max(seconds(entry.row["window_end"]) for entry in held) + LONGEST_HOLD:
        evidence.found.add("follow-up-late", one, attempt)
    _where(evidence, history, person, one, (row, attempt))


def _where(evidence, history, person, one, what):
    """Nobody is written to at night where they are; count who was asked abroad, and on an odd day."""
    row, attempt = what
    moments = [START + timedelta(seconds=attempt.began + shift) for shift in (SKEW, -LONGEST_HOLD)]
    before, after = (
        history.places(evidence, person, second=attempt.began + shift) for shift in (-LONGEST_HOLD, 1)
    )
    zones = {place.at(one_) for place in (before, after) for one_ in moments}
    if one["step"] not in AT_NIGHT_TOO and all(is_quiet(at, zone) for at in moments for zone in zones):
        evidence.found.add("quiet-broken", one, row, attempt, zones)
    fired = evidence.world.faults.fired
    fired["asked-abroad"] += after.home not in zones
    fired["asked-on-dst-day"] += any(
        _is_odd(at.astimezone(ZoneInfo(zone))) for at in moments for zone in zones
    )


def _is_odd(local):
    midnight = datetime.combine(local.date(), datetime.min.time(), local.tzinfo)
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()


def _told(evidence, steps):
    """Each missed step has a task of its own."""
    told = Counter(task["patient"] for task in evidence.lists["tasks"] if task["kind"] == "missed")
    missed = Counter(one["patient_id"] for one in steps if one["state"] == "missed")
    for patient, number in missed.items():
        if number > told[patient]:
            evidence.found.add("missed-untold", patient, number, told[patient])
    states = Counter(one["state"] for one in steps)
    evidence.world.figures |= {f"steps {state}": number for state, number in sorted(states.items())}


def judge_stop(evidence, history):
    """After staff stopped everything only what was in flight leaves, and replies to what came later."""
    handled = history.handled
    of_patient = defaultdict(list)
    for row in evidence.tables["outbox"]:
        of_patient[row["patient_id"]].append(row)
    for patient, entries in history.stages.items():
        closed = next((entry for entry in entries if entry.row["stage"] == "closed"), None)
        for entry in history.dates.get(patient, ()) if closed else ():
            if entry.job > closed.job:
                evidence.found.add("date-after-stop", patient, entry, closed)
        for row in of_patient[patient] if closed else ():
            is_reply = handled.get(row["turn"], (0,))[0] >= closed.job
            for attempt in evidence.ledger.attempts.get(row["id"], ()):
                in_flight = attempt.began <= closed.at + 1 or disturbed(
                    attempt.owner, attempt.began - FROZEN, attempt.began + 1
                )
                if not is_reply and not in_flight:
                    evidence.found.add("sent-after-stopped", row, attempt, closed)


def judge_left_out(evidence, history):
    """What staff left out for good, or stopped, is never planned or asked again."""
    for entries in history.steps.values():
        for before, after in pairwise(entries):
            if before.row["reason"].startswith(FOR_GOOD) and after.row["state"] != "cancelled":
                evidence.found.add("came-back", before, after)
