"""What must hold, each under a name of its own.

Judged by the ledger outside the product and by what the product exports; where the contract lists
say too little (order, what was handled twice) by the tables and by the log that the database keeps.
"""

from collections import defaultdict
from datetime import datetime

from tests.simulation.evidence import questions
from tests.simulation.held import HELD_CHECKS
from tests.simulation.loop import START
from tests.simulation.messages import MESSAGE_CHECKS
from tests.simulation.planned import PLANNED_CHECKS

INVARIANTS = {
    "settled-by-another": "only who holds the lease settles: who woke up too late changes nothing",
    "item-lost": "what was acknowledged stands in the inbox",
    "item-doubled": "what was delivered twice is one item, handled once",
    "answer-lost": "every acknowledged answer is stored, with its own message as the source",
    "answer-doubled": "no answer is stored twice",
    "answer-changed": "what is stored is what was tapped, at its own question",
    "answer-invented": "nothing is stored that nobody said",
    "follow-up-misplanned": "each check-in stands at its calendar month in the patient's zone, once",
    "follow-up-lost": "each check-in was taken by the service in its window, or is visible with a task",
    "missed-untold": "each missed check-in has a task of its own",
    "follow-up-early": "nothing of a check-in leaves before it is due",
    "follow-up-late": "nothing of a check-in leaves after its window",
    "quiet-broken": "no opening or reminder leaves between 20:00 and 09:00 at the patient's place",
    "opening-doubled": "a check-in is opened once",
    "duplicate-unattributed": "a message is taken at most once more than it was recorded as ambiguous",
    "duplicate-unexplained": "a message is taken again only if something happened to an earlier try",
    "duplicate-third": "no message is taken three times",
    "meaning-doubled": "no two messages of one meaning are queued",
    "order-broken": "messages of one conversation arrive in the order in which they were decided",
    "sent-after-stop": "after STOP only what was in flight, and replies to what came later",
    "sent-unaccepted": "what counts as sent was taken by the service",
    "accept-unrecorded": "what the service took counts as sent, or as ambiguous",
    "message-lost": "every message ends as sent, or visibly",
    "held-lost": "what was held is sent, or closed with a reason, or stands in a task of its own",
    "held-forgotten": "what is held goes, or is closed, within a look after its reason has ended",
    "held-task-left": "no task stands for a message that is not held any more",
    "released-early": "what is held waits until its reason has ended",
    "attempt-burnt": "waiting for a limit or an outage burns no attempt",
    "status-down": "a message's state only moves up, and reaches the furthest receipt",
    "queue-stuck": "every queue is empty some time after the last fault",
}


def judge(evidence):
    """Return what was found against the invariants."""
    for check in (judge_items, judge_answers, *PLANNED_CHECKS, *MESSAGE_CHECKS, *HELD_CHECKS):
        check(evidence)
    return name_all(evidence.found, INVARIANTS)


def name_all(found, invariants):
    """Return what was found; raise AssertionError if some of it is none of these invariants."""
    unknown = found.count.keys() - invariants.keys()
    if unknown:
        raise AssertionError(f"invariants without a name: {unknown}")
    return found


def judge_items(evidence):
    """Look at what came in: stored once, handled once, none left."""
    for stale in evidence.stale:
        evidence.found.add("settled-by-another", stale)
    found, states = evidence.found, {row["id"]: row for row in evidence.tables["inbox"]}
    for key, item in evidence.ledger.items.items():
        row = evidence.rows[key]
        if item.acked is not None and row not in states:
            found.add("item-lost", key)
        if len(evidence.handled.get(row, ())) > 1:
            found.add("item-doubled", key, evidence.handled[row])
    for row in states.keys() - set(evidence.rows.values()):
        found.add("item-doubled", states[row])
    for row in states.values():
        if row["state"] != "done":
            found.add("queue-stuck", row)


def judge_answers(evidence):
    """Look at every answer: stored once, as it was said, and nothing that nobody said."""
    found, stored, taps = evidence.found, _stored(evidence), _taps(evidence)
    responses = {row["id"]: row for row in evidence.tables["responses"]}
    asked = questions(evidence.world.setting.settings.pack)
    too_late = 0
    for question, several in taps.items():
        _, response, index = question.split(":")
        kept = [answer for tap in several for answer in stored.pop(tap.key, ())]
        if len(kept) > 1:
            found.add("answer-doubled", question, kept)
        if not kept and all(_was_shut(evidence, responses.get(response), tap) for tap in several):
            too_late += 1
        elif not kept:
            found.add("answer-lost", question, several[0].key, responses.get(response))
        for answer in kept:
            link_id, codes = asked[responses[response]["questionnaire"]][int(index)]
            tap = next(tap for tap in several if tap.key == answer["source_message_id"])
            option = int(tap.meaning[2].rpartition(":")[2])
            if (answer["link_id"], answer["value"]) != (link_id, codes[option]):
                found.add("answer-changed", tap.meaning, answer)
    for source, kept in stored.items():
        found.add("answer-invented", source, kept)
    _rows_of_answers(evidence)
    evidence.world.figures |= {"answers": len(evidence.lists["answers"]), "answers too late": too_late}


def _stored(evidence):
    stored = defaultdict(list)
    for answer in evidence.lists["answers"]:
        stored[answer["source_message_id"]].append(answer)
    return stored


def _taps(evidence):
    """Return the acknowledged taps per question, in the order in which they were made."""
    taps = defaultdict(list)
    for item in evidence.ledger.items.values():
        if item.meaning[0] == "answer" and item.acked is not None:
            taps[item.meaning[1]].append(item)
    return taps


def _was_shut(evidence, response, tap):
    """Say whether a tap came when its check-in was over: its window ended before it was handled."""
    handled = evidence.handled.get(evidence.rows[tap.key])
    if response is None or not handled or response["status"] != "stopped":
        return False
    closed = datetime.fromisoformat(response["closed_at"]).replace(tzinfo=START.tzinfo)
    return (closed - START).total_seconds() <= handled[0][1] + 5


def _rows_of_answers(evidence):
    """An answer that was never changed has one row, its history included."""
    seen = set()
    for row in evidence.tables["answers"]:
        place = (row["response_id"], row["link_id"], row["instance"])
        if place in seen:
            evidence.found.add("answer-doubled", place)
        seen.add(place)
