"""Items that we put into our own inbox: word of a file or of what is unreadable, files sent on our page."""

import json
from datetime import datetime

from handlers.core.events import Event, Fetched, FileKind, SentDocument, TooManyFiles, Unread

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


def unread_item(inbox_id: str, *, at: datetime) -> bytes:
    """Return the raw inbox item that says that another item of the conversation could not be worked on."""
    told = {MARK: "unread", "item": inbox_id, "at": at.isoformat()}
    return json.dumps(told, separators=(",", ":")).encode()


def is_internal(raw: bytes) -> bool:
    """Say whether an item is ours."""
    return raw.startswith(b'{"yorisoi":')


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
    if not is_internal(raw):
        return None
    told = json.loads(raw)
    if told[MARK] == "uploaded":
        sent = SentDocument(**told["file"] | {"kind": FileKind(told["file"]["kind"])})
        return Event(f"uploaded:{told['id']}", datetime.fromisoformat(told["at"]), sent)
    if told[MARK] == "unread":
        return Event(f"unread:{told['item']}", datetime.fromisoformat(told["at"]), Unread())
    if told[MARK] == "too-many":
        return Event(f"too-many:{told['id']}", datetime.fromisoformat(told["at"]), TooManyFiles())
    what = Fetched(told["document"], told["stored"], told["reason"])
    return Event(f"fetched:{told['document']}", datetime.fromisoformat(told["at"]), what)
