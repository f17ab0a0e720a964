"""One webhook body → inbox items under their dedupe keys (channels.md section 5). Pure.

The keys are digests: neither a phone number nor a user id stands readable in one.
"""

import hashlib
import json
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bot.channels.loose_json import canonical, identity, load, mapping, shallow, text
from bot.channels.whatsapp.items import Item, Kind, items_in, pack
from bot.channels.whatsapp.people import person_in
from bot.receiver import Piece

MOST_ITEMS: Final = 5000
"""Meta sends up to 1,000 in one body."""


@dataclass(frozen=True, slots=True)
class Split:
    """What a body held: our pieces, and how many items were another number's or business account's."""

    pieces: tuple[Piece, ...]
    foreign: int = 0


def split(raw: bytes, phone_number_id: str, waba: str = "") -> Split:
    """Return the items of one webhook body that belong to our number.

    What names no number (a template's status, say) is ours if it is of our business account `waba`; where
    that is not known, any is. A body that cannot be read is
    one item, under its hash; so is one of more items than anybody would wait for. What is nested too deeply
    costs its own item that part, and no other anything.
    """
    try:
        return _split(load(raw), raw, phone_number_id, waba)
    except RecursionError:
        # Nested as deeply as could just be read, and too deeply to be written: nobody sends that.
        return _split(shallow(raw), raw, phone_number_id, waba)


def _split(body: Any, raw: bytes, phone_number_id: str, waba: str) -> Split:
    items = list(islice(items_in(body), MOST_ITEMS + 1))
    if not items or len(items) > MOST_ITEMS:
        return Split((_unreadable(raw),))
    ours = [item for item in items if _is_ours(item, phone_number_id, waba)]
    pieces = [_piece(item, phone_number_id) for item in ours]
    return Split(tuple(pieces), len(items) - len(ours))


def _is_ours(item: Item, phone_number_id: str, waba: str) -> bool:
    """Go by the number; by the business account only where none is named: a number may move to another."""
    if item.number:
        return item.number == phone_number_id
    return not waba or item.waba in {"", waba}


def _piece(item: Item, phone_number_id: str) -> Piece:
    key = _key(item, phone_number_id) or _whole(item)
    where = person_in(item).address or _own_line(item) or key
    return Piece(dedupe_key=key, conversation=where, raw=json.dumps(pack(item)).encode())


def _key(item: Item, phone_number_id: str) -> str:
    """Return the key of what happened, whatever body it came in; "" if a part of it is missing."""
    content = mapping(item.content)
    parts: tuple[str, ...]
    match item.kind:
        case Kind.MESSAGE:
            parts = (phone_number_id, identity(content.get("id")))
        case Kind.STATUS:
            parts = (phone_number_id, identity(content.get("id")), text(content.get("status")))
        case Kind.CHANGE:
            template = identity(content.get("message_template_id"))
            parts = (item.waba, template, item.field, _news(item), identity(item.time))
        case _:
            return ""
    return _digest(item.kind, *parts) if all(parts) else ""


def _news(item: Item) -> str:
    """Return what a template's change says: its event, its new quality or its category."""
    content = mapping(item.content)
    names = ("event", "new_quality_score", "correct_category", "new_category")
    return "/".join(text(content.get(name)) for name in names if text(content.get(name)))


def _own_line(item: Item) -> str:
    # A status that names nobody waits in the line of its message.
    return identity(mapping(item.content).get("id")) if item.kind is Kind.STATUS else ""


def _whole(item: Item) -> str:
    body = hashlib.sha256(canonical(item.content)).hexdigest()
    if item.kind is Kind.BROKEN:
        return f"raw:{body}"
    return _digest(item.kind, item.waba, item.field, item.number, identity(item.time), body)


def _unreadable(raw: bytes) -> Piece:
    key = f"raw:{hashlib.sha256(raw).hexdigest()}"
    return Piece(dedupe_key=key, conversation=key, raw=raw)


def _digest(kind: str, *parts: str) -> str:
    return f"{kind}:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
