"""The oracle on what was held: it goes by itself once its reason has ended, not sooner, or is closed."""

from collections import Counter
from datetime import datetime

from handlers.core.templates import WINDOW_CODES
from tests.simulation.loop import START

SENT = frozenset({"sent", "delivered", "read"})
CLOSED = frozenset({"cancelled", "expired", "failed", "unknown"})
KINDS = frozenset({"window-closed", "template-refused"})
"""The tasks that stand for what is held."""

WINDOW = 86_400.0
SKEW = 5.0
LOOKED = 2.3 * 86_400
"""Seconds within which the look comes, here once a day, though one falls into a fault of the database."""

_IN_DOUBT = "identity"
FIGURES = ("messages held once", "held, then queued by itself", "held, then sent", "held, then closed")


def held_spans(moves, end):
    """Return when a message was held: [(since, until, what it became), …]; until `end` where it still is."""
    spans, since = [], None
    for _, at, was, now in moves:
        if was == "held" and now != "held" and since is not None:
            spans.append((since, at, now))
            since = None
        elif now == "held" and since is None:
            since = at
    return [*spans, (since, end, "held")] if since is not None else spans


def was_held(moves, start, end):
    """Say whether a message was held at any time between two moments."""
    return any(since <= end and start <= until for since, until, _ in held_spans(moves, end))


def _ends(evidence):
    """What was held once has gone, or is closed with a reason, or stands in the worklist."""
    waits, figures = Counter(), Counter(dict.fromkeys(FIGURES, 0))
    for row, spans in _held(evidence):
        figures[FIGURES[0]] += 1
        figures[FIGURES[1]] += any(became == "queued" for *_, became in spans)
        figures[FIGURES[2]] += row["state"] in SENT
        figures[FIGURES[3]] += row["state"] in CLOSED
        if row["state"] == "held":
            waits[row["patient_id"]] += 1
            evidence.found.add("held-forgotten", row, spans)
        if row["state"] in CLOSED and not row["code"]:
            evidence.found.add("held-lost", row, spans)
    tasks = Counter(
        task["patient"]
        for task in evidence.lists["tasks"]
        if task["kind"] in KINDS and task["closed_at"] is None
    )
    for patient in tasks | waits:
        if waits[patient] > tasks[patient]:
            evidence.found.add("held-lost", patient, waits[patient], tasks[patient])
        if waits[patient] < tasks[patient]:
            evidence.found.add("held-task-left", patient, waits[patient], tasks[patient])
    evidence.world.figures |= figures


def _moves(evidence):
    """Nothing goes before its reason has ended, and nothing waits on after that."""
    doubted = {task["patient"] for task in evidence.lists["tasks"] if task["kind"] == _IN_DOUBT}
    for row, spans in _held(evidence):
        person = evidence.persons.get(row["patient_id"])
        written = _written(evidence, person.number) if person is not None else []
        for since, until, became in spans:
            freed = [at for at in evidence.world.templates_back if since < at]
            opened = [
                at
                for posted, at in written
                if since + SKEW < at < min(posted + WINDOW, since + 7 * WINDOW) - 60
            ]
            went = _went_at(evidence, row["id"], since, until) if became == "queued" else None
            if went is not None and not _may_go(row, went, written, freed):
                evidence.found.add("released-early", row, (since, until), written[-5:], freed)
            is_known = row["patient_id"] not in doubted
            if row["follow_up_id"]:
                opened += freed  # what is about a check-in has a template
            if opened and is_known and until > min(opened) + LOOKED:
                evidence.found.add("held-forgotten", row, (since, until, became), sorted(opened)[:3])


def _went_at(evidence, ident, since, queued):
    """Return when a message went: as soon as it was queued, if it was held for the window.

    One that was held for its template is looked at again when any is in order, and held again by the sender
    if its own is not: it went when it left us, and did not (None) if something else became of it.
    """
    if dict(evidence.held_for[ident])[since] in WINDOW_CODES:
        return queued
    after = ((at, now) for _, at, _, now in evidence.moves[ident] if at > queued)
    return next((at if now in {"sent", "unknown"} else None for at, now in after if now != "sending"), None)


def _may_go(row, at, written, freed):
    """Say whether a message may leave then: somebody wrote, its template is back, its time is over."""
    is_over = row["expires_at"] is not None and _seconds(row["expires_at"]) <= at + SKEW
    is_open = any(posted <= at + SKEW and at <= posted + WINDOW + SKEW for posted, _ in written)
    return is_over or is_open or any(back <= at for back in freed)


def _held(evidence):
    end = evidence.world.loop.time()
    for row in evidence.tables["outbox"]:
        if spans := held_spans(evidence.moves[row["id"]], end):
            yield row, spans


def _written(evidence, number):
    """Return (posted, handled) of what somebody did themselves."""
    found = []
    for key, item in evidence.ledger.items.items():
        if item.person == number and item.meaning[0] not in {"receipt", "news"}:
            found += [(item.posted, at) for _, at in evidence.handled.get(evidence.rows[key], ())]
    return sorted(found)


def _seconds(moment):
    return (datetime.fromisoformat(moment).replace(tzinfo=START.tzinfo) - START).total_seconds()


HELD_CHECKS = (_ends, _moves)
