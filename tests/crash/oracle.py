"""What must hold whatever was killed: judged by the ledger and the patients' own memory, not by the product.

Each rule has a name, so that a deliberate bug is caught by the rule that it breaks.
"""

import hashlib
from collections import Counter, defaultdict
from datetime import datetime

from tests.crash.evidence import GIVEN_UP

VISIBLE = {"unknown", "missed", "held", "cancelled"}
"""States of a check-in that a coordinator sees."""

ENDED = {"unknown", "held", "expired", "cancelled", "failed"}
HELD = {"window-closed", "template-refused"}
"""The tasks that stand for what is held."""

ARRIVED = {"sent", "delivered", "read"}
MOST_COPIES = 2


def judge(evidence):
    """Return every rule that is broken, as (name, what was seen)."""
    found = []
    for rule in RULES:
        found += [(rule.__name__.replace("_", "-"), seen) for seen in rule(evidence) or ()]
    return found


def answer_once(evidence):
    """Every answer that was given is stored once, as it was given; nothing else is.

    Only where a message of this very patient was in quarantine, before the eyes of staff, one may be missing.
    """
    stored = defaultdict(list)
    for row in evidence.lists["answers"]:
        stored[row["patient"], row["link_id"]].append(row["value"])
    for person in evidence.people:
        for link_id, said in person.said.items():
            have = stored.pop((person.patient, link_id), [])
            if have != [said] and not (have == [] and person.address in evidence.given_up):
                yield f"{person.token} said {said!r} to {link_id}, stored is {have}"
        for key in [key for key in stored if key[0] == person.patient]:
            yield f"{person.token} never said {stored[key]} to {key[1]}"


def one_response_per_questionnaire(evidence):
    """Nobody fills the same questionnaire in twice for the same check-in."""
    for place, count in evidence.responses.items():
        if count > 1:
            yield f"{place} is there {count} times"


def message_once(evidence):
    """There are no more answers to a question, corrected ones included, than messages that gave one."""
    for person in evidence.people:
        for link_id, given in person.acts.items():
            count = evidence.rows[person.patient, link_id]
            if count > given:
                yield f"{person.token} answered {link_id} {given} times, {count} are stored"


def acknowledged_kept(evidence):
    """Whatever the product acknowledged stands in its inbox."""
    lost = evidence.kept.keys() - evidence.inbox.keys()
    return [f"what came as {evidence.kept[row]} is not there" for row in lost]


def file_once(evidence):
    """A file that a patient sent is stored once, byte for byte, or stands in quarantine with its message."""
    for person in evidence.people:
        sent = [hashlib.sha256(person.file).hexdigest()] if person.file else []
        rows = [row for row in evidence.documents.elements() if row[0] == person.patient]
        have = [sha for _, sha, state in rows if state == "stored"]
        is_seen = (not rows and person.address in evidence.given_up) or [state for *_, state in rows] == [
            "refused"
        ]
        if have != sent and not is_seen:
            yield f"{person.token} sent {sent}, there is {rows}"


def quarantine_visible(evidence):
    """What was given up stands in a task for staff."""
    given_up = _given_up(evidence)
    tasks = sum(task["kind"] == "quarantined" for task in evidence.lists["tasks"])
    if given_up > tasks:
        yield f"{given_up} rows are or were in quarantine, and only {tasks} tasks say so"


def follow_up_visible(evidence):
    """Every check-in was accepted in its window, or somebody at the clinic sees that it was not."""
    accepts, tasks = _by_outbox(evidence), _tasks(evidence)
    planned = {(row["patient"], row["step"]): row for row in evidence.lists["follow_ups"]}
    for person in evidence.people:
        for step in person.due:
            row = planned.get((person.patient, step))
            if row is None:
                yield f"{person.token} has no {step}"
                continue
            times = [line["t"] for line in accepts[row["outbox_id"]]]
            in_time = any(_epoch(row["due_at"]) <= at <= _epoch(row["window_end"]) for at in times)
            seen = row["state"] in VISIBLE and tasks[person.patient]
            if not in_time and not seen:
                yield f"{person.token}: {step} is {row['state']}, was accepted at {times}"


def never_early(evidence):
    """No check-in reaches a patient before it is due."""
    accepts = _by_outbox(evidence)
    for row in evidence.lists["follow_ups"]:
        if any(line["t"] < _epoch(row["due_at"]) for line in accepts[row["outbox_id"]]):
            yield f"{row['step']} of {row['patient']} came before {row['due_at']}"


def duplicate_attributed(evidence):
    """A second copy is there only where the product recorded that it could not know, on that very message."""
    ambiguous = {row["outbox_id"]: row["ambiguous"] for row in evidence.lists["sends"]}
    for outbox, lines in _by_outbox(evidence).items():
        if len(lines) > 1 + ambiguous.get(outbox, 0):
            yield f"{outbox} was accepted {len(lines)} times, ambiguous {ambiguous.get(outbox)}"
        elif len(lines) > MOST_COPIES:
            yield f"{outbox} was accepted {len(lines)} times"


def attempt_once(evidence):
    """One attempt is one call: nothing below the outbox sends again by itself."""
    counts = Counter((line["outbox"], line["attempt"]) for line in evidence.accepts)
    return [f"{place} was accepted {count} times" for place, count in counts.items() if count > 1]


def sent_means_accepted(evidence):
    """What the product calls sent was accepted by the service, under the id that the product knows."""
    accepts = _by_outbox(evidence)
    for row in evidence.lists["sends"]:
        if row["channel"] == "web":
            continue  # no service has a ledger of the chat page: chat_page.py looks there itself
        ids = {str(line["message_id"]) for line in accepts[row["outbox_id"]]}
        # A tap that needs no words is only acknowledged: such a message has no id.
        is_seen = row["provider_id"] in ids if row["provider_id"] else row["outbox_id"] in evidence.called
        if row["state"] in ARRIVED and not is_seen:
            yield f"{row['outbox_id']} is {row['state']}, and nobody has seen it"


def unknown_visible(evidence):
    """A message that may not have arrived stands in a task."""
    tasks = _tasks(evidence)
    unknown = [row for row in evidence.lists["sends"] if row["state"] == "unknown"]
    count = sum("unknown-send" in kinds for kinds in tasks.values())
    if unknown and not count:
        yield f"{len(unknown)} messages are unknown, and no task says so"


def held_visible(evidence):
    """A message that is held stands in an open task: it goes by itself, or a person sees that it does not."""
    held = sum(row["state"] == "held" for row in evidence.lists["sends"])
    tasks = sum(task["kind"] in HELD and task["closed_at"] is None for task in evidence.lists["tasks"])
    if held > tasks:
        yield f"{held} messages are held, and only {tasks} tasks say so"


def drained(evidence):
    """When the faults are over, everything is worked off."""
    left = sum(state == "new" for state in evidence.inbox.values())
    waiting = [row["state"] for row in evidence.lists["sends"] if row["state"] not in ARRIVED | ENDED]
    if left or waiting or evidence.pending:
        yield f"{left} in the inbox, {Counter(waiting)} in the outbox, {evidence.pending} not acknowledged"


def integrity(evidence):
    """The database is whole."""
    return [] if evidence.integrity == "ok" else [evidence.integrity]


RULES = (
    answer_once, one_response_per_questionnaire, message_once, acknowledged_kept, file_once,
    quarantine_visible, follow_up_visible, never_early, duplicate_attributed, attempt_once,
    sent_means_accepted, unknown_visible, held_visible, drained, integrity,
)  # fmt: skip
NAMES = tuple(rule.__name__.replace("_", "-") for rule in RULES)


def figures(evidence):
    """Return the figures of everything until now."""
    accepts = _by_outbox(evidence)
    ambiguous = sum(row["ambiguous"] for row in evidence.lists["sends"])
    return {
        "answers": len(evidence.lists["answers"]),
        "messages accepted": len(evidence.accepts),
        "duplicates": sum(len(lines) - 1 for lines in accepts.values() if lines),
        "ambiguous events": ambiguous,
        "messages unknown, with a task": sum(row["state"] == "unknown" for row in evidence.lists["sends"]),
        "in quarantine or set aside, with a task": _given_up(evidence),
        "files stored": sum(n for (_, _, state), n in evidence.documents.items() if state == "stored"),
        "files refused after five tries": sum(
            n for (*_, state), n in evidence.documents.items() if state != "stored"
        ),
    }


def _given_up(evidence):
    return sum(state in GIVEN_UP for state in evidence.inbox.values())


def _by_outbox(evidence):
    accepts = defaultdict(list)
    for line in evidence.accepts:
        accepts[line["outbox"]].append(line)
    return accepts


def _tasks(evidence):
    tasks = defaultdict(set)
    for row in evidence.lists["tasks"]:
        tasks[row["patient"]].add(row["kind"])
    return tasks


def _epoch(moment):
    return datetime.fromisoformat(moment).timestamp()
