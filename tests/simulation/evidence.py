"""What the oracle looks at, gathered after a run: ledger, contract export, the tables and their own log."""

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from storage.export import Export
from tests.simulation import log
from tests.simulation.services import CLINIC

LISTS = ("answers", "follow_ups", "sends", "tasks")
_SETTLED = {"inbox": frozenset({"done"}), "outbox": frozenset({"queued", "unknown", "expired", "held"})}
"""States into which only the holder of the lease brings a row; a receipt brings a message to the others.

What is held is leased by nobody: whoever sees that its reason has ended queues it, or ends it.
"""

_TABLES = {
    "inbox": "SELECT id, state, code FROM inbox",
    "outbox": "SELECT id, seq, patient_id, contact_id, lane, turn, state, code, dedupe, follow_up_id,"
    " opening, expires_at FROM outbox ORDER BY seq",
    "responses": "SELECT id, questionnaire, status, closed_at, follow_up_id FROM responses",
    "follow_ups": "SELECT id, patient_id, step, state, next_at FROM follow_ups",
    "answers": "SELECT response_id, link_id, instance FROM answers",
}


@dataclass
class Found:
    """What was found: per invariant how often, and one example of each."""

    count: Counter = field(default_factory=Counter)
    examples: dict = field(default_factory=dict)

    def add(self, name, *example):
        self.count[name] += 1
        self.examples.setdefault(name, repr(example))


@dataclass
class Evidence:
    """Everything that the invariants look at."""

    world: object
    lists: dict
    tables: dict
    moves: dict
    held_for: dict
    """Outbox id -> (at, the code it was held with) of each time."""

    handled: dict
    stale: list
    rows: dict
    """Inbox id of every item of the ledger."""

    accepts: dict
    persons: dict
    """Patient id -> person."""

    found: Found = field(default_factory=Found)

    @property
    def ledger(self):
        return self.world.ledger


async def gather(world):
    """Read the contract lists through the product's own export, and the tables beside it."""
    stores = world.desk.base.stores
    export = Export(stores.database, stores.vault, stores.clinics)
    lists = {name: [row async for row in export.rows(CLINIC, name)] for name in LISTS}
    owner = await stores.clinics.key(CLINIC)
    tables = {name: _rows(world.server.driver, statement) for name, statement in _TABLES.items()}
    moves, held_for, handled, stale = _log(world.server.driver)
    rows = {
        item.key: stores.vault.index(owner, "inbox", item.service.kind, "main", item.key).hex()
        for item in world.ledger.items.values()
    }
    accepts = {}
    for outbox_id, attempts in world.ledger.attempts.items():
        taken = [attempt for attempt in attempts if attempt.accepted is not None]
        if taken:
            accepts[outbox_id] = sorted(taken, key=lambda attempt: attempt.accepted)
    persons = {person.patient: person for person in world.people if person.patient}
    return Evidence(world, lists, tables, moves, held_for, handled, stale, rows, accepts, persons)


def disturbed(owner, start, end):
    """Say whether something happened to a process between two moments."""
    place = bisect_left(owner.disturbed, start)
    return place < len(owner.disturbed) and owner.disturbed[place] <= end


def questions(pack):
    """Return a pack's questions by their questionnaire's url: [(linkId, [code, …]), …]."""
    forms = [json.loads(path.read_text()) for path in sorted(pack.glob("*.questionnaire.json"))]
    return {form["url"]: [_question(item) for item in form["item"]] for form in forms}


def _question(item):
    return item["linkId"], [option["valueCoding"]["code"] for option in item["answerOption"]]


def _log(driver):
    """Read the log: how messages moved and why they were held, when items were handled, who settled what."""
    moves, held_for, handled = defaultdict(list), defaultdict(list), defaultdict(list)
    stale, holders = [], {}
    for seq, at, by, what, ident, was, now, claims, names, code in log.read(driver):
        if claims:
            holders[ident] = by
        elif was not in {"", "held"} and holders.get(ident) != by and (now in _SETTLED[what] or names):
            stale.append((what, ident, at, f"{by} settled what {holders.get(ident)} held", was, now))
        if what == "outbox":
            moves[ident].append((seq, at, was, now))
            if now == "held" and was != "held":
                held_for[ident].append((at, code))
        elif now == "done":
            handled[ident].append((seq, at))
    return moves, held_for, handled, stale


def _rows(driver, statement):
    cursor = driver.execute(statement)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
