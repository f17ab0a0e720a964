"""The oracle on messages: taken once, in order, attributed when twice, none after STOP, none lost."""

from collections import Counter, defaultdict
from itertools import pairwise

from tests.simulation.evidence import disturbed
from tests.simulation.held import was_held
from tests.simulation.services import FREE

SENT = frozenset({"sent", "delivered", "read"})
RANK = {"sent": 2, "delivered": 3, "read": 4}
NEEDS_TASK = frozenset({"failed", "unknown", "held", "expired"})
TIMEOUT = 20
AFTERMATH = 200.0
"""How many seconds after a call something may still keep the product from writing it down."""

LAST_LOOK = 1.0
"""How many seconds may lie between the last look at a message and the call of the service."""

LONGEST_HOLD = 70.0
"""Seconds between a sender's claim of a message and its call of the service: at most a lease."""

CAUSES = frozenset({"accepted-no-reply", "killed-in-flight", "stopped"})


def _duplicates(evidence):
    sends = {send["outbox_id"]: send for send in evidence.lists["sends"]}
    doubled = 0
    for outbox_id, accepts in evidence.accepts.items():
        send = sends.get(outbox_id)
        if send is None:
            evidence.found.add("accept-unrecorded", outbox_id)
            continue
        doubled += len(accepts) - 1
        if len(accepts) > 1 + send["ambiguous"]:
            evidence.found.add("duplicate-unattributed", send, accepts)
        if len(accepts) > 2:
            evidence.found.add("duplicate-third", send, accepts)
        if len(accepts) > 1 and not any(_was_upset(attempt) for attempt in accepts):
            evidence.found.add("duplicate-unexplained", send, accepts)
    evidence.world.figures["messages taken twice"] = doubled


def _was_upset(attempt):
    """Say whether the simulation itself knows why this try may be repeated."""
    too_slow = attempt.accepted - attempt.began >= TIMEOUT
    began = attempt.began
    return (
        attempt.verdict in CAUSES
        or too_slow
        or disturbed(attempt.owner, began - AFTERMATH, began + AFTERMATH)
    )


def _records(evidence):
    """What counts as sent was taken, what was taken counts; no attempt was burnt by waiting."""
    for send in evidence.lists["sends"]:
        attempts = evidence.ledger.attempts.get(send["outbox_id"], ())
        is_taken = send["outbox_id"] in evidence.accepts
        if send["state"] in SENT and not is_taken:
            evidence.found.add("sent-unaccepted", send, attempts)
        if is_taken and send["state"] not in SENT and not send["ambiguous"] and send["state"] != "unknown":
            evidence.found.add("accept-unrecorded", send, attempts)
        counted = sum(attempt.verdict not in FREE for attempt in attempts)
        if send["state"] in SENT and not send["ambiguous"] and send["attempts"] > counted:
            evidence.found.add("attempt-burnt", send, attempts)


def _ends(evidence):
    """Everything ends, and what was not sent can be seen."""
    tasks = {task["patient"] for task in evidence.lists["tasks"]}
    meanings = Counter((row["patient_id"], row["dedupe"]) for row in evidence.tables["outbox"])
    for row in evidence.tables["outbox"]:
        if row["state"] in {"queued", "sending"}:
            evidence.found.add("queue-stuck", row)
        if row["state"] in NEEDS_TASK and row["patient_id"] not in tasks:
            evidence.found.add("message-lost", row)
        if meanings[row["patient_id"], row["dedupe"]] > 1:
            evidence.found.add("meaning-doubled", row)
    states = Counter(row["state"] for row in evidence.tables["outbox"])
    evidence.world.figures |= {f"messages {state}": number for state, number in sorted(states.items())}


def _states(evidence):
    """States only move up, and as far as the furthest receipt that named the message."""
    final = {row["id"]: row["state"] for row in evidence.tables["outbox"]}
    for outbox_id, moves in evidence.moves.items():
        for _, at, was, now in moves:
            if was in RANK and RANK.get(now, 0) < RANK[was]:
                evidence.found.add("status-down", outbox_id, at, was, now)
    for outbox_id, told in evidence.ledger.receipts.items():
        furthest = max(RANK[state.value] for state in told)
        if RANK.get(final.get(outbox_id), 0) < furthest:
            evidence.found.add(
                "status-down",
                outbox_id,
                sorted(told),
                final.get(outbox_id),
                evidence.moves[outbox_id],
                evidence.ledger.attempts[outbox_id],
            )


def _was_given_up(evidence, row, when):
    """Say whether a message was recorded as unknown by then: a service may take it at any time later."""
    return any(now == "unknown" and at <= when for _, at, _, now in evidence.moves[row["id"]])


def _was_held(evidence, row, when):
    """Say whether a message was held when another was taken up that was called then."""
    return was_held(evidence.moves[row["id"]], when - LONGEST_HOLD, when)


def _order(evidence):
    """Of two messages of a conversation the later never arrives first, unless the earlier had to wait."""
    lanes = defaultdict(list)
    for row in evidence.tables["outbox"]:
        if row["lane"] == "turn" and row["id"] in evidence.accepts:
            lanes[row["patient_id"], row["contact_id"]].append(row)
    for rows in lanes.values():
        for earlier, later in pairwise(rows):
            first, second = evidence.accepts[earlier["id"]][0], evidence.accepts[later["id"]][0]
            if first.accepted <= second.accepted or disturbed(
                first.owner, first.began - 2_000, first.began + 1
            ):
                continue
            if _was_given_up(evidence, earlier, second.began):
                continue
            if earlier["turn"] != later["turn"] and _was_held(evidence, earlier, second.began):
                continue
            if earlier["turn"] == later["turn"] or not _was_put_off(evidence, earlier, second.accepted):
                evidence.found.add("order-broken", earlier, later, first, second)


def _was_put_off(evidence, row, before):
    """Say whether a message had to wait for a time of its own: what waits for a limit keeps its place."""
    tries = evidence.ledger.attempts[row["id"]]
    return bool(row["follow_up_id"]) or any(
        attempt.verdict not in FREE and attempt.verdict != "taken" and attempt.began <= before
        for attempt in tries
    )


def _stop(evidence):
    """After STOP is committed only what was in flight leaves, and replies to what came in later."""
    rows = defaultdict(list)
    for row in evidence.tables["outbox"]:
        rows[row["patient_id"]].append(row)
    seen = {ident: handled[0][0] for ident, handled in evidence.handled.items()}
    for patient, person in evidence.persons.items():
        handled = evidence.handled.get(evidence.rows.get(person.stopped_by))
        if not handled:
            continue
        seq, at = handled[0]
        for row in rows[patient]:
            later = [attempt for attempt in evidence.accepts.get(row["id"], ()) if attempt.began > at]
            was_in_flight = _state_at(evidence.moves[row["id"]], seq) == "sending"
            at_once = all(_was_on_its_way(attempt, at) for attempt in later)
            is_reply = seen.get(row["turn"], -1) >= seq
            if later and not is_reply and not (was_in_flight and at_once and len(later) == 1):
                evidence.found.add("sent-after-stop", row, later, at)


def _was_on_its_way(attempt, stopped):
    """Say whether a message was looked at for the last time before STOP, or its process did not run."""
    return attempt.began <= stopped + LAST_LOOK or disturbed(
        attempt.owner, attempt.began - 2_000, attempt.began + 1
    )


def _state_at(moves, seq):
    return next((now for number, _, _, now in reversed(moves) if number < seq), "")


MESSAGE_CHECKS = (_duplicates, _records, _ends, _states, _order, _stop)
