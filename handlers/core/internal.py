"""Items that we put into our own inbox: word that a file came in, and files sent on our own page."""

import json
from datetime import datetime

from handlers.core.events import Event, Fetched, FileKind, SentDocument, TooManyFiles

MARK = "yorisoi"
UPLOADED = "upload:"
"""How the ref of a file begins that lies on our own page, whatever channel its sender is at."""


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


def uploaded_item(ident: str, sent: SentDocument, *, at: datetime) -> bytes:
    """Return the raw inbox item of a file that came in on our own page."""
    file = {name: getattr(sent, name) for name in ("ref", "name", "mime", "size", "album")}
    told = {MARK: "uploaded", "id": ident, "file": file | {"kind": sent.kind.value}, "at": at.isoformat()}
    return json.dumps(told, separators=(",", ":")).encode()


def too_many_item(ident: str, *, at: datetime) -> bytes:
    """Return the raw inbox item that says that our page took no more files of somebody today."""
    told = {MARK: "too-many", "id": ident, "at": at.isoformat()}
    return json.dumps(told, separators=(",", ":")).encode()


def read_internal(raw: bytes) -> Event | None:
    """Return the event in an item of ours, or None for an item that a service sent."""
    if not raw.startswith(b'{"yorisoi":'):
        return None
    told = json.loads(raw)
    if told[MARK] == "uploaded":
        sent = SentDocument(**told["file"] | {"kind": FileKind(told["file"]["kind"])})
        return Event(f"uploaded:{told['id']}", datetime.fromisoformat(told["at"]), sent)
    if told[MARK] == "too-many":
        return Event(f"too-many:{told['id']}", datetime.fromisoformat(told["at"]), TooManyFiles())
    what = Fetched(told["document"], told["stored"], told["reason"])
    return Event(f"fetched:{told['document']}", datetime.fromisoformat(told["at"]), what)
