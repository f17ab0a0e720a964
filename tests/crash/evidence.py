"""What a run left to see: the ledger and the patients' own memory, and beside it what the product says."""

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import text

from bot.channels.telegram.split import piece_of
from bot.channels.whatsapp.split import split as split_whatsapp
from bot.demo import DEFAULT_CLINIC
from storage.export import Export
from tests.fakes.provider.graph_hooks import envelope

GIVEN_UP = {"quarantined", "set-aside"}
PASSED_ON = {"sendMessage", "messages"}
ROWS = (
    "SELECT r.patient_id, a.link_id FROM answers a"
    " JOIN responses r ON r.clinic_id = a.clinic_id AND r.id = a.response_id"
)
INBOX = "SELECT id, CASE kind WHEN 'set-aside' THEN kind ELSE state END FROM inbox"
"""What staff set aside at the console was in quarantine before."""

DOCUMENTS = "SELECT patient_id, sha256, state FROM documents"
RESPONSES = "SELECT patient_id, questionnaire, follow_up_id FROM responses WHERE status <> 'stopped'"


@dataclass
class Evidence:
    """What the world saw, and what the product says."""

    people: list
    accepts: list
    called: set
    updates: list
    lists: dict
    inbox: dict
    rows: Counter
    responses: Counter
    documents: Counter
    pending: int
    integrity: str
    kept: dict
    given_up: set


async def gather(base, town, people, updates):
    """Read everything that the rules need; the product must not be running."""
    stores = base.stores
    export = Export(stores.database, stores.vault, stores.clinics)
    names = ("answers", "follow_ups", "sends", "tasks")
    lists = {name: [row async for row in export.rows(DEFAULT_CLINIC, name)] for name in names}
    key = await stores.clinics.key(DEFAULT_CLINIC)
    ids = {
        stores.vault.index(key, "inbox", channel, "main", dedupe).hex(): (address, number)
        for channel, dedupe, address, number in _keys(town, updates)
    }
    inbox = await stores.database.read(lambda conn: dict(conn.execute(text(INBOX)).all()))
    rows, responses, documents = await stores.database.read(
        lambda conn: [Counter(map(tuple, conn.execute(text(sql)))) for sql in (ROWS, RESPONSES, DOCUMENTS)]
    )
    return Evidence(
        people=people,
        accepts=[line for line in town.stage.ledger.read() if _is_accept(line)],
        called={line["outbox"] for line in town.stage.ledger.read()},
        updates=updates,
        lists=lists,
        inbox=inbox,
        rows=rows,
        responses=responses,
        documents=documents,
        pending=town.pending(),
        integrity=await stores.database.read(_integrity),
        kept=ids,
        given_up={address for row, (address, _) in ids.items() if inbox.get(row) in GIVEN_UP},
    )


def _keys(town, updates):
    for channel, update in updates:
        if channel == "telegram":
            piece = piece_of(update, b"", str(town.bot.id))
            yield channel, piece.dedupe_key, piece.conversation, update["update_id"]
        else:
            body = json.dumps(envelope(town.number, [update])).encode()
            for piece in split_whatsapp(body, town.number.id).pieces:
                yield channel, piece.dedupe_key, update.content.get("from", ""), update.content["id"]


def _integrity(conn):
    if conn.dialect.name != "sqlite":
        return "ok"
    broken = conn.execute(text("PRAGMA foreign_key_check")).all()
    return f"{len(broken)} broken references" if broken else conn.scalar(text("PRAGMA integrity_check"))


def _is_accept(line):
    return line["accepted"] is True and line["outbox"] and line["method"] in PASSED_ON
