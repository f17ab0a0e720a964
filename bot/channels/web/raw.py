"""The web chat's own raw items: small JSON that we write, and understand again later."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, assert_never

from handlers.core.events import (
    Chose,
    Delivery,
    Event,
    FileKind,
    Happening,
    Other,
    Receipt,
    Said,
    SentDocument,
    Started,
)
from handlers.core.surrogates import mended

Sendable = Said | Chose | Started | SentDocument | Receipt | Other


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the page sent. `id` was made by the page and names it for ever."""

    id: str
    at: datetime
    what: Sendable


def dedupe_key(address: str, item_id: str) -> str:
    """Return the inbox key: the page's id, bound to its conversation by a hash of the address.

    Nobody can block another's message by using its id.
    """
    return f"{item_id}.{sha256(address.encode()).hexdigest()[:16]}"


def pack(item: Item) -> bytes:
    """Return the raw form of an item."""
    return json.dumps({"id": item.id, "at": item.at.isoformat(), **_fields(item.what)}).encode()


def _fields(what: Sendable) -> dict[str, Any]:
    match what:
        case Said(text=text):
            return {"is": "text", "text": text}
        case Chose(data=data):
            return {"is": "choice", "data": data}
        case Started(payload=payload, language=language):
            return {"is": "start", "payload": payload, "language": language}
        case SentDocument():
            return {
                "is": "file",
                "ref": what.ref,
                "kind": what.kind,
                "name": what.name,
                "mime": what.mime,
                "size": what.size,
            }
        case Receipt(outbox_id=outbox_id):
            return {"is": "receipt", "outbox_id": outbox_id}
        case Other(kind=kind):
            return {"is": kind}
        case unreachable:
            assert_never(unreachable)


def parse(raw: bytes) -> Event:
    """Return the event in one raw item; what cannot be read becomes Other("unreadable")."""
    try:
        fields = json.loads(raw)
        at = datetime.fromisoformat(fields["at"]).astimezone(UTC)
        return Event(message_id=_text(fields["id"]), at=at, what=_happening(fields))
    except (ValueError, KeyError, TypeError, OverflowError):
        digest = sha256(raw).hexdigest()[:32]
        return Event(message_id=digest, at=datetime.fromtimestamp(0, UTC), what=Other("unreadable"))


def _happening(fields: Mapping[str, Any]) -> Happening:
    match fields["is"]:
        case "text":
            return Said(_text(fields["text"]))
        case "choice":
            return Chose(_text(fields["data"]))
        case "start":
            return Started(_text(fields["payload"]), _text(fields["language"]))
        case "file":
            return _document(fields)
        case "receipt":
            outbox_id = _text(fields["outbox_id"])
            return Receipt(provider_id=outbox_id, state=Delivery.DELIVERED, outbox_id=outbox_id)
        case kind:
            return Other(_text(kind))


def _document(fields: Mapping[str, Any]) -> SentDocument:
    size = fields["size"]
    return SentDocument(
        ref=_text(fields["ref"]),
        kind=FileKind(fields["kind"]),
        name=_text(fields["name"]),
        mime=_text(fields["mime"]),
        size=size if isinstance(size, int) else None,
    )


def _text(value: object) -> str:
    return mended(str(value))
