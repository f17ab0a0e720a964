"""Items that we put into our own inbox: a fetch worker's word that a file came in."""

import json
from datetime import datetime

from handlers.core.events import Event, Fetched

MARK = "yorisoi"


def fetched_item(document_id: str, *, stored: bool, reason: str = "", at: datetime) -> bytes:
    """Return the raw inbox item that says how a document's fetch ended."""
    told = {
        MARK: "fetched",
        "document": document_id,
        "stored": stored,
        "reason": reason,
        "at": at.isoformat(),
    }
    return json.dumps(told, separators=(",", ":")).encode()


def read_internal(raw: bytes) -> Event | None:
    """Return the event in an item of ours, or None for an item that a service sent."""
    if not raw.startswith(b'{"yorisoi":'):
        return None
    told = json.loads(raw)
    what = Fetched(told["document"], told["stored"], told["reason"])
    return Event(f"fetched:{told['document']}", datetime.fromisoformat(told["at"]), what)
